//! Groups, links, names, attributes, named datatypes.

use super::{Case, Failure, Subject, Verdict, all, attribute, check, child, dataset, refused, same};
use crate::backend::{Address, Attribute, Backend, DatasetInfo, Link, NodeKind};
use crate::dtype::{Dtype, Number};
use crate::selection::Region;
use crate::value::{Shape, Value};

pub(super) const CASES: &[Case] = &[
    Case { name: "groups in groups", run: nested_groups },
    Case { name: "links and attributes come sorted by the bytes of their names", run: sorted_names },
    Case { name: "odd names", run: odd_names },
    Case { name: "names that cannot be", run: refused_names },
    Case { name: "many links and attributes", run: many },
    Case { name: "soft and external links, broken or not", run: links },
    Case { name: "hard links and cycles", run: hard_links },
    Case { name: "named datatypes", run: named_datatypes },
    Case { name: "large attributes", run: large_attributes },
];

fn links_of(file: &dyn Backend, group: Address) -> Verdict<Vec<(String, Link)>> {
    match file.node(group)?.kind {
        NodeKind::Group(links) => Ok(links),
        other => Err(Failure::new(format!("not a group, but {other:?}"))),
    }
}

fn nested_groups(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("nested").store.begin()?;
    let mut parent = file.root();
    for depth in 0..60u32 {
        parent = file.create_group(parent, "inside")?;
        file.set_attribute(parent, &attribute("depth", Value::scalar(depth)))?;
    }
    let file = file.commit()?;
    let mut group = file.root();
    for depth in 0..60u32 {
        let links = links_of(&*file, group)?;
        let [(name, Link::Hard(inside))] = links.as_slice() else {
            return Err(Failure::new(format!("at depth {depth}: {links:?}")));
        };
        same("name", &name.as_str(), &"inside")?;
        group = *inside;
        let node = file.node(group)?;
        same("depth", &node.attributes.first().map(|found| found.value.clone()), &Some(Value::scalar(depth)))?;
    }
    Ok(())
}

/// Names that files may hold, in any order.
fn names() -> Vec<String> {
    let mut names: Vec<String> = [
        "plain",
        "with space",
        " leading",
        "trailing ",
        "dots.in.it",
        "..",
        "...",
        ".hidden",
        "100%",
        "%2F",
        "tab\there",
        "new\nline",
        "quote\"'`",
        "back\\slash",
        "colon:semi;",
        "@at",
        "[0]",
        "{}",
        "*?",
        "~",
        "-",
        "0",
        "NaN",
        "\u{fc}mlaut",
        "u\u{308}mlaut",
        "\u{4e2d}\u{6587}",
        "\u{1f9e0}",
        "\u{202e}left",
        "Z",
        "a",
        "B",
        "\u{e9}",
        "z",
        "\u{10ffff}",
        "\u{ffff}",
        "\u{7f}",
    ]
    .map(str::to_owned)
    .to_vec();
    names.push("long ".repeat(300));
    names.push("\u{fc}".repeat(400));
    names
}

fn sorted_names(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("sorted").store.begin()?;
    let root = file.root();
    let mut names = names();
    for name in &names {
        file.create_group(root, name)?;
        file.set_attribute(root, &attribute(name, Value::text(name)))?;
    }
    names.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
    let file = file.commit()?;
    let found: Vec<String> = links_of(&*file, file.root())?.into_iter().map(|(name, _)| name).collect();
    same("links", &found, &names)?;
    let found: Vec<String> = file.node(file.root())?.attributes.into_iter().map(|found| found.name).collect();
    same("attributes", &found, &names)
}

fn odd_names(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("odd").store.begin()?;
    let root = file.root();
    for (index, name) in names().iter().enumerate() {
        let made = dataset(&mut *file, root, name, &Value::scalar(index as u64))?;
        file.set_attribute(made, &attribute(name, Value::text(name)))?;
        let record = Value::records([(name.clone(), Value::scalar(index as u64))])?;
        file.set_attribute(made, &attribute("record", record))?;
        file.link(root, &format!("link to {index}"), &Link::Soft(format!("/{name}")))?;
    }
    let file = file.commit()?;
    for (index, name) in names().iter().enumerate() {
        let address = child(&*file, name)?;
        same(name, &all(&*file, address)?.as_scalar()?, &(index as u64))?;
        for found in file.node(address)?.attributes {
            match found.name.as_str() {
                "record" => same(name, &found.value.member(name)?.as_scalar()?, &(index as u64))?,
                _ => {
                    same("attribute", &found.name, name)?;
                    same("text", &found.value.as_text()?, &name.as_str())?;
                }
            }
        }
        let links = links_of(&*file, file.root())?;
        let link = links.into_iter().find(|(found, _)| *found == format!("link to {index}"));
        same("link", &link.map(|(_, link)| link), &Some(Link::Soft(format!("/{name}"))))?;
    }
    Ok(())
}

fn refused_names(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("refused").store.begin()?;
    let root = file.root();
    for name in ["", ".", "a/b", "/", "/a", "a/", "null\0inside"] {
        refused(name, file.create_group(root, name))?;
        let info = DatasetInfo::new(Dtype::Bool, Shape::Scalar);
        refused(name, file.create_dataset(root, name, &info))?;
        refused(name, file.create_datatype(root, name, &Dtype::Bool))?;
        refused(name, file.link(root, name, &Link::Soft("/".into())))?;
        refused(name, file.link(root, name, &Link::Hard(root)))?;
    }
    for name in ["", "null\0inside"] {
        refused(name, file.set_attribute(root, &attribute(name, Value::scalar(1u8))))?;
    }
    let file = file.commit()?;
    same("links", &links_of(&*file, file.root())?, &vec![])?;
    same("attributes", &file.node(file.root())?.attributes.len(), &0)
}

fn many(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("many").store.begin()?;
    let root = file.root();
    for index in 0..2000u32 {
        file.create_group(root, &format!("group {index:04}"))?;
        if index < 400 {
            file.set_attribute(root, &attribute(&format!("attribute {index:04}"), Value::scalar(index)))?;
        }
    }
    let file = file.commit()?;
    let node = file.node(file.root())?;
    same("links", &links_of(&*file, file.root())?.len(), &2000)?;
    let found: Vec<u32> = node.attributes.iter().map(|found| found.value.as_scalar()).collect::<Result<_, _>>()?;
    same("attributes", &found, &(0..400).collect())
}

fn links(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("links").store.begin()?;
    let root = file.root();
    file.create_group(root, "here")?;
    let made: Vec<(String, Link)> = [
        ("a soft", Link::Soft("/here".into())),
        ("b relative", Link::Soft("here/../there".into())),
        ("c dangling", Link::Soft("/not/there".into())),
        ("d itself", Link::Soft("/d itself".into())),
        ("e external", Link::External { file: "other file.nwb".into(), path: "/acquisition/\u{fc}".into() }),
        ("f no file", Link::External { file: "../n\u{f6}/such.nwb".into(), path: "/".into() }),
    ]
    .map(|(name, link)| (name.to_owned(), link))
    .to_vec();
    for (name, link) in &made {
        file.link(root, name, link)?;
    }
    refused("a link whose name is taken", file.link(root, "a soft", &Link::Soft("/".into())))?;
    let file = file.commit()?;
    let found = links_of(&*file, file.root())?;
    let found: Vec<_> = found.into_iter().filter(|(name, _)| name != "here").collect();
    same("links", &found, &made)?;
    let Some(around) = file.surroundings() else { return Ok(()) };
    let missing = around.locate("../n\u{f6}/such.nwb");
    match around.open(&missing) {
        Err(error) => check(error.is_not_found(), || format!("{error:?}")),
        Ok(_) => Err(Failure::new("a file that is not there was opened")),
    }?;
    same("the name of a file", &around.locate(&around.name_of(&missing)?), &missing)
}

fn hard_links(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("hard").store.begin()?;
    let root = file.root();
    let group = file.create_group(root, "group")?;
    let numbers = dataset(&mut *file, group, "numbers", &Value::vector(vec![1u8, 2]))?;
    file.link(root, "numbers too", &Link::Hard(numbers))?;
    file.link(group, "itself", &Link::Hard(group))?;
    file.link(group, "root", &Link::Hard(root))?;
    refused("a hard link to nothing", file.link(root, "nothing", &Link::Hard(Address(987_654_321))))?;
    let file = file.commit()?;
    let group = child(&*file, "group")?;
    let expected = vec![
        ("itself".to_owned(), Link::Hard(group)),
        ("numbers".to_owned(), Link::Hard(child(&*file, "numbers too")?)),
        ("root".to_owned(), Link::Hard(file.root())),
    ];
    same("links", &links_of(&*file, group)?, &expected)
}

fn named_datatypes(subject: &Subject<'_>) -> Verdict {
    let place = (subject.place)("named");
    let mut file = place.store.begin()?;
    let root = file.root();
    let compound =
        Dtype::packed([("text", Dtype::TEXT), ("target", Dtype::Reference), ("n", Dtype::native(Number::U16))]);
    for (name, dtype) in [("number", Dtype::native(Number::I16)), ("text", Dtype::TEXT), ("compound", compound)] {
        let named = file.create_datatype(root, name, &dtype)?;
        file.set_attribute(named, &attribute("says", Value::text(name)))?;
        let noise = super::sample::noise(1, 100);
        let value = super::sample::value(
            &mut super::sample::Choices::new(&noise),
            &dtype,
            Shape::Simple(vec![3]),
            &[root, named],
        )?;
        let with = DatasetInfo { named_type: Some(named), ..DatasetInfo::new(dtype.clone(), Shape::Simple(vec![3])) };
        let made = file.create_dataset(root, &format!("{name} data"), &with)?;
        file.write(made, &Region::all(&[3]), &value)?;
        file.set_attribute(made, &Attribute { name: "same".into(), value: value.clone(), named_type: Some(named) })?;
        file.set_attribute(made, &attribute("own", value))?;
        let other = DatasetInfo { named_type: Some(named), ..DatasetInfo::new(Dtype::Bool, Shape::Scalar) };
        refused("a named type for other elements", file.create_dataset(root, "other", &other))?;
    }
    let file = file.commit()?;
    for name in ["number", "text", "compound"] {
        let (named, made) = (child(&*file, name)?, child(&*file, &format!("{name} data"))?);
        let node = file.node(named)?;
        let NodeKind::Datatype(dtype) = node.kind else { return Err(Failure::new(format!("{name}: {node:?}"))) };
        same(name, &node.attributes.len(), &1)?;
        let info = super::info(&*file, made)?;
        same(name, &info.dtype, &dtype)?;
        same(name, &info.named_type, &Some(named))?;
        let value = all(&*file, made)?;
        for found in file.node(made)?.attributes {
            same(name, &found.value, &value)?;
            same(&found.name, &found.named_type, &(found.name == "same").then_some(named))?;
        }
    }
    Ok(())
}

fn large_attributes(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("large").store.begin()?;
    let root = file.root();
    let text = "x".repeat(200_000);
    file.set_attribute(root, &attribute("one long text", Value::text(&text)))?;
    file.set_attribute(root, &attribute("large", Value::vector(vec![7u8; 60_000])))?;
    // Beyond what some formats can hold: whole or not at all.
    let larger = [
        ("bytes", Value::vector(vec![7u8; 70_000])),
        ("numbers", Value::vector(vec![7.0f64; 9_000])),
        ("texts", Value::texts(vec!["text"; 5_000])),
    ];
    let mut stored = vec![];
    for (name, value) in larger {
        match file.set_attribute(root, &attribute(name, value.clone())) {
            Ok(()) => stored.push((name, value)),
            Err(error) => {
                check(error.is_limit(), || format!("{error:?}"))?;
                check(error.to_string().contains(name), || format!("the error does not name {name:?}: {error}"))?;
            }
        }
    }
    file.set_attribute(root, &attribute("after", Value::scalar(1u8)))?;
    let file = file.commit()?;
    let found = file.node(file.root())?.attributes;
    same("attributes", &found.len(), &(3 + stored.len()))?;
    for found in found {
        match found.name.as_str() {
            "one long text" => same("text", &found.value.as_text()?.len(), &text.len())?,
            "large" => same("large", &found.value.len(), &60_000)?,
            "after" => same("after", &found.value.as_scalar::<u8>()?, &1)?,
            name => {
                let expected = stored.iter().find(|(stored, _)| *stored == name).map(|(_, value)| value);
                same(name, &Some(&found.value), &expected)?;
            }
        }
    }
    Ok(())
}
