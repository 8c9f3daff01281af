//! Elements of every type and shape.

use super::{Case, Failure, Subject, Verdict, all, attribute, check, child, dataset, info, refused, same};
use crate::backend::{Address, DatasetInfo, Link};
use crate::conformance::sample::{Choices, noise, types, value};
use crate::dtype::{Dtype, Number, TextLength};
use crate::selection::Region;
use crate::value::{Bytes, Heap, Shape, Value};

pub(super) const CASES: &[Case] = &[
    Case { name: "every type in every rank, as dataset and as attribute", run: types_and_ranks },
    Case { name: "no elements: null, and axes of length zero", run: empties },
    Case { name: "references forward, back, to itself and to nothing", run: references },
    Case { name: "texts of any bytes and length", run: texts },
    Case { name: "sequences of any length", run: sequences },
    Case { name: "extreme numbers", run: extremes },
    Case { name: "bytes into a buffer", run: into_buffer },
];

fn types_and_ranks(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("types").store.begin()?;
    let root = file.root();
    let targets = [root, file.create_group(root, "target")?];
    let mut expected = vec![];
    for (index, dtype) in types().iter().enumerate() {
        let group = file.create_group(root, &format!("type {index:03}"))?;
        for rank in 0..=4 {
            let shape = Shape::of([2, 3, 1, 2].get(..rank).unwrap_or_default());
            let noise = noise(index as u64 * 10 + rank as u64, 4000);
            let written = value(&mut Choices::new(&noise), dtype, shape, &targets)?;
            let made = dataset(&mut *file, group, &format!("rank {rank}"), &written)?;
            file.set_attribute(made, &attribute("same", written.clone()))?;
            expected.push((made, written));
        }
    }
    // Addresses may change on commit, so objects are found by their paths.
    let target =
        |file: &dyn crate::backend::Backend| -> Verdict<Vec<Address>> { Ok(vec![file.root(), child(file, "target")?]) };
    let file = file.commit()?;
    let new_targets = target(&*file)?;
    let mut renewed = |address: Address| {
        Ok(targets
            .iter()
            .position(|old| *old == address)
            .and_then(|at| new_targets.get(at))
            .copied()
            .unwrap_or(address))
    };
    let mut expected = expected.into_iter().map(|(_, value)| value);
    for (index, dtype) in types().iter().enumerate() {
        let group = child(&*file, &format!("type {index:03}"))?;
        let node = file.node(group)?;
        let crate::backend::NodeKind::Group(links) = node.kind else { return Err(Failure::new("no group")) };
        for (rank, (_, link)) in links.into_iter().enumerate() {
            let what = format!("{dtype}, rank {rank}");
            let Link::Hard(made) = link else { return Err(Failure::new("no dataset")) };
            let expected = expected.next().ok_or_else(|| Failure::new("too many datasets"))?;
            let expected = expected.map_addresses(&mut renewed)?;
            let found = info(&*file, made)?;
            same(&what, &found.dtype, dtype)?;
            same(&what, &found.shape, expected.shape())?;
            same(&what, &all(&*file, made)?, &expected)?;
            let attribute = file.node(made)?.attributes.into_iter().next();
            same(&what, &attribute.map(|found| found.value), &Some(expected))?;
        }
    }
    Ok(())
}

fn empties(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("empties").store.begin()?;
    let root = file.root();
    let shapes = [
        Shape::Null,
        Shape::Simple(vec![0]),
        Shape::Simple(vec![0, 0, 0]),
        Shape::Simple(vec![3, 0]),
        Shape::Simple(vec![0, 3]),
    ];
    let dtypes = types();
    for (index, dtype) in dtypes.iter().enumerate() {
        for (number, shape) in shapes.iter().enumerate() {
            let empty = Value::from_parts(dtype.clone(), shape.clone(), Bytes::from_vec(Vec::<u8>::new()), None)?;
            let made = dataset(&mut *file, root, &format!("{index:03} {number}"), &empty)?;
            file.set_attribute(made, &attribute("same", empty))?;
        }
    }
    let file = file.commit()?;
    for (index, dtype) in dtypes.iter().enumerate() {
        for (number, shape) in shapes.iter().enumerate() {
            let what = format!("{dtype} of shape {shape}");
            let made = child(&*file, &format!("{index:03} {number}"))?;
            let found = all(&*file, made)?;
            same(&what, found.dtype(), dtype)?;
            same(&what, found.shape(), shape)?;
            check(found.bytes().is_empty(), || what.clone())?;
            let attribute = file.node(made)?.attributes.into_iter().next();
            same(&what, &attribute.map(|found| found.value), &Some(found))?;
        }
    }
    Ok(())
}

fn references(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("references").store.begin()?;
    let root = file.root();
    let before = file.create_group(root, "before")?;
    let made = file.create_dataset(root, "references", &DatasetInfo::new(Dtype::Reference, Shape::Simple(vec![5])))?;
    let after = file.create_group(root, "sub")?;
    let deep = dataset(&mut *file, after, "after", &Value::scalar(1u8))?;
    let targets = [before, deep, made, root, Address::NULL];
    file.write(made, &Region::all(&[5]), &Value::references(targets))?;
    file.set_attribute(before, &attribute("one", Value::reference(deep)))?;
    file.set_attribute(before, &attribute("null", Value::reference(Address::NULL)))?;
    let rows = Value::records([("n", Value::vector(vec![1i32, 2])), ("target", Value::references([deep, before]))])?;
    file.set_attribute(before, &attribute("rows", rows))?;
    refused(
        "a reference to nothing",
        file.set_attribute(root, &attribute("bad", Value::reference(Address(99_999_999)))),
    )?;
    let file = file.commit()?;
    let (before, made, sub) = (child(&*file, "before")?, child(&*file, "references")?, child(&*file, "sub")?);
    let crate::backend::NodeKind::Group(links) = file.node(sub)?.kind else { return Err(Failure::new("no group")) };
    let Some((_, Link::Hard(deep))) = links.into_iter().next() else { return Err(Failure::new("no dataset")) };
    same("dataset", &all(&*file, made)?.as_references()?, &vec![before, deep, made, file.root(), Address::NULL])?;
    for found in file.node(before)?.attributes {
        match found.name.as_str() {
            "one" => same("one", &found.value.as_reference()?, &Some(deep))?,
            "null" => same("null", &found.value.as_reference()?, &None)?,
            _ => same("rows", &found.value.member("target")?.as_references()?, &vec![deep, before])?,
        }
    }
    Ok(())
}

fn texts(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("texts").store.begin()?;
    let root = file.root();
    let long = "\u{fc}".repeat(100_000);
    let texts: Vec<&[u8]> = vec![b"", b"a", "\u{4e2d}".as_bytes(), b"\xff\xfe", long.as_bytes(), b"last"];
    let of = |texts: &[&[u8]]| {
        let mut heap = Heap::new();
        let slots: Vec<u64> = texts.iter().map(|text| heap.push_text(text)).collect();
        Value::from_parts(Dtype::TEXT, Shape::Simple(vec![slots.len() as u64]), Bytes::from_vec(slots), Some(heap))
    };
    dataset(&mut *file, root, "texts", &of(&texts)?)?;
    let many: Vec<String> = (0..20_000).map(|n| format!("text {n}")).collect();
    dataset(&mut *file, root, "many", &Value::texts(&many))?;
    // A null inside is kept, or refused, but nothing is cut off in silence.
    let null = of(&[b"a\0b"])?;
    let with_null = dataset(&mut *file, root, "null", &null);
    let file = file.commit()?;
    let found = all(&*file, child(&*file, "texts")?)?;
    for (index, text) in texts.iter().enumerate() {
        check(found.text_bytes(index)? == *text, || format!("text {index} differs"))?;
    }
    let found = all(&*file, child(&*file, "many")?)?;
    same("many", &found.as_texts()?, &many.iter().map(String::as_str).collect())?;
    let part = file.read(child(&*file, "many")?, &Region::block(&[19_990], &[2]))?;
    same("a part", &part.as_texts()?, &vec!["text 19990", "text 19991"])?;
    match with_null {
        Ok(_) => same("null", &all(&*file, child(&*file, "null")?)?, &null),
        Err(_) => Ok(()),
    }
}

fn sequences(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("sequences").store.begin()?;
    let root = file.root();
    let mut heap = Heap::new();
    let lengths = [0u64, 1, 5, 100_000, 0, 3];
    let slots: Vec<[u64; 2]> = lengths
        .iter()
        .map(|&len| [heap.push_sequence(Value::vector((0..len).map(|n| n as i16).collect::<Vec<_>>())), 0])
        .collect();
    let dtype = Dtype::Sequence(std::sync::Arc::new(Dtype::native(Number::I16)));
    let written = Value::from_parts(dtype, Shape::Simple(vec![6]), Bytes::from_vec(slots.concat()), Some(heap))?;
    dataset(&mut *file, root, "sequences", &written)?;
    let file = file.commit()?;
    same("sequences", &all(&*file, child(&*file, "sequences")?)?, &written)
}

fn extremes(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("extremes").store.begin()?;
    let root = file.root();
    let floats = [0.0, -0.0, f64::MIN_POSITIVE / 2.0, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    let values = [
        Value::vector(vec![i64::MIN, i64::MAX, 0, -1]),
        Value::vector(vec![u64::MAX, 0]),
        Value::vector(floats.to_vec()),
        Value::vector(floats.map(|float| float as f32).to_vec()),
        Value::vector(floats.map(half::f16::from_f64).to_vec()),
        Value::vector(vec![f64::from_bits(0x7ff8_dead_beef_0001), f64::from_bits(0xfff0_0000_0000_0001)]),
        Value::vector(vec![true, false]),
    ];
    for (index, value) in values.iter().enumerate() {
        dataset(&mut *file, root, &format!("n{index}"), value)?;
    }
    let file = file.commit()?;
    values
        .iter()
        .enumerate()
        .try_for_each(|(index, value)| same("numbers", &all(&*file, child(&*file, &format!("n{index}"))?)?, value))
}

fn into_buffer(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("buffer").store.begin()?;
    let root = file.root();
    let plain: Vec<Dtype> = types().into_iter().filter(Dtype::is_plain).collect();
    let mut written = vec![];
    for (index, dtype) in plain.iter().enumerate() {
        let noise = noise(index as u64, 2000);
        let value = value(&mut Choices::new(&noise), dtype, Shape::Simple(vec![5, 3]), &[])?;
        dataset(&mut *file, root, &format!("n{index}"), &value)?;
        written.push(value);
    }
    dataset(&mut *file, root, "text", &Value::texts(["a", "b"]))?;
    let file = file.commit()?;
    for (index, value) in written.iter().enumerate() {
        let made = child(&*file, &format!("n{index}"))?;
        let what = value.dtype().to_string();
        let mut out = vec![0xaa; value.bytes().len()];
        file.read_into(made, &Region::all(&[5, 3]), &mut out)?;
        check(out == value.bytes(), || what.clone())?;
        let mut row = vec![0xaa; 3 * value.dtype().size()];
        file.read_into(made, &Region::block(&[2, 0], &[1, 3]), &mut row)?;
        check(value.bytes().chunks_exact(row.len()).nth(2) == Some(&row), || what.clone())?;
        file.read_into(made, &Region::block(&[2, 0], &[0, 3]), &mut [])?;
        let short = file.read_into(made, &Region::all(&[5, 3]), &mut row);
        check(short.is_err(), || format!("{what}: a short buffer was filled"))?;
    }
    check(
        plain.iter().any(|dtype| matches!(dtype, Dtype::Text(text) if text.length != TextLength::Variable)),
        String::new,
    )?;
    let texts = file.read_into(child(&*file, "text")?, &Region::all(&[2]), &mut [0; 16]);
    check(texts.is_err(), || "texts of variable length went into a buffer".into())
}
