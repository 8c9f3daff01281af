//! Arbitrary trees, for property tests: each goes to a file and comes back the same.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::sample::{self, Choices};
use super::tree::{Kind, Object, Tree};
use super::{Failure, Subject, Verdict};
use crate::backend::{Address, Attribute, DatasetInfo, Filter, Layout, Link};
use crate::dtype::{Dtype, TextLength};
use crate::error::Result;
use crate::value::{Shape, Value};

/// How often each kind of thing occurred in trees.
pub type Census = BTreeMap<&'static str, usize>;

/// What has to occur in a run.
pub const KINDS: [&str; 34] = [
    "group",
    "dataset",
    "named datatype",
    "soft link",
    "external link",
    "second hard link",
    "cycle",
    "attribute",
    "use of a named datatype",
    "number",
    "bool",
    "text",
    "text of fixed length",
    "reference",
    "enumeration",
    "compound",
    "array",
    "sequence",
    "null",
    "scalar",
    "rank 1",
    "rank 2",
    "rank 3",
    "rank 4",
    "axis of length zero",
    "compact",
    "contiguous",
    "chunked",
    "extendable",
    "deflate",
    "shuffle",
    "fletcher32",
    "fill value",
    "name beyond ASCII",
];

/// Trees of up to about thirty objects. Shrinking makes them smaller and plainer.
pub fn trees() -> impl Strategy<Value = Tree> {
    vec(any::<u8>(), 0..3000).prop_map(|bytes| {
        // Making a tree fails only on shapes too large for memory, which are never asked for.
        tree(&mut Choices::new(&bytes)).unwrap_or(Tree { objects: vec![] })
    })
}

/// Sends that many trees through the backend; returns what occurred in them.
///
/// # Errors
/// When one does not come back as it was, or one of [`KINDS`] never occurred.
pub fn round_trips(subject: &Subject<'_>, trees: u32) -> Verdict<Census> {
    let config = Config { cases: trees, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    let state = RefCell::new((Census::new(), 0u32));
    let outcome = TestRunner::new(config).run(&self::trees(), |tree| {
        let number = {
            let (census, number) = &mut *state.borrow_mut();
            count(&tree, census);
            *number += 1;
            *number
        };
        round_trip(subject, &format!("tree{number}"), &tree).map_err(|failure| TestCaseError::fail(failure.to_string()))
    });
    outcome.map_err(|failure| Failure::new(failure.to_string()))?;
    let (census, _) = state.into_inner();
    match KINDS.iter().find(|kind| !census.contains_key(*kind)) {
        Some(missing) => Err(Failure::new(format!("of {trees} trees none had: {missing}"))),
        None => Ok(census),
    }
}

/// Writes a tree, reads it, and compares; then writes again what was read.
///
/// # Errors
/// When it does not come back as it was.
pub fn round_trip(subject: &Subject<'_>, name: &str, tree: &Tree) -> Verdict {
    let tree = tree.sorted()?;
    let mut file = (subject.place)(name).store.begin()?;
    tree.write(&mut *file)?;
    let once = Tree::read(&*file.commit()?)?;
    once.same_as(&tree)?;
    let mut file = (subject.place)(&format!("{name}again")).store.begin()?;
    once.write(&mut *file)?;
    Tree::read(&*file.commit()?)?.same_as(&once)
}

const NAMES: [&str; 12] = [
    "data",
    "x",
    "with space",
    "dots.in.name",
    "100%",
    "\u{fc}",
    "\u{4e2d}\u{6587}",
    "..",
    "a@b",
    "\u{1f9e0} \u{e9}",
    "Data",
    "_",
];

fn name(choices: &mut Choices<'_>, taken: &[&str]) -> String {
    let mut name = choices.of(&NAMES, "x").to_owned();
    if choices.one_in(30) {
        name = name.repeat(60);
    }
    while taken.contains(&name.as_str()) {
        name.push_str(&taken.len().to_string());
    }
    name
}

/// A tree made from choices.
///
/// # Errors
/// When a value cannot be made.
pub fn tree(choices: &mut Choices<'_>) -> Result<Tree> {
    let mut groups: Vec<Vec<(String, Link)>> = vec![vec![]];
    // Of each object: whether it is a group (its index there), a named datatype, or a dataset yet to come.
    let mut kinds: Vec<Planned> = vec![Planned::Group(0)];
    for _ in 0..choices.below(30) {
        if !choices.are_left() {
            break;
        }
        let parent = choices.below(groups.len());
        let number = kinds.len() as u64;
        let link = match choices.below(16) {
            0 => Link::Soft(format!("/{}", choices.of(&NAMES, "x"))),
            1 => Link::External { file: "other.nwb".into(), path: format!("/{}", choices.of(&NAMES, "x")) },
            2 => Link::Hard(Address(choices.below(kinds.len()) as u64)),
            3..=5 => {
                groups.push(vec![]);
                kinds.push(Planned::Group(groups.len() - 1));
                Link::Hard(Address(number))
            }
            6 => {
                kinds.push(Planned::Datatype(sample::dtype(choices, 2)));
                Link::Hard(Address(number))
            }
            _ => {
                kinds.push(Planned::Dataset);
                Link::Hard(Address(number))
            }
        };
        if let Some(links) = groups.get_mut(parent) {
            let taken: Vec<&str> = links.iter().map(|(name, _)| name.as_str()).collect();
            let name = name(choices, &taken);
            links.push((name, link));
        }
    }
    let targets: Vec<Address> = (0..kinds.len() as u64).map(Address).collect();
    let named: Vec<(Address, Dtype)> = kinds
        .iter()
        .zip(&targets)
        .filter_map(|(kind, address)| match kind {
            Planned::Datatype(dtype) => Some((*address, dtype.clone())),
            _ => None,
        })
        .collect();
    let mut objects = vec![];
    for kind in kinds {
        let kind = match kind {
            Planned::Group(index) => Kind::Group(groups.get(index).cloned().unwrap_or_default()),
            Planned::Datatype(dtype) => Kind::Datatype(dtype),
            Planned::Dataset => dataset(choices, &named, &targets)?,
        };
        let mut attributes: Vec<Attribute> = vec![];
        for _ in 0..choices.below(4) {
            let (dtype, named_type) = typed(choices, &named);
            let shape = shape(choices);
            let value = sample::value(choices, &dtype, shape, &targets)?;
            let taken: Vec<&str> = attributes.iter().map(|one| one.name.as_str()).collect();
            let name = name(choices, &taken);
            attributes.push(Attribute { name, value, named_type });
        }
        objects.push(Object { kind, attributes });
    }
    Ok(Tree { objects })
}

enum Planned {
    Group(usize),
    Datatype(Dtype),
    Dataset,
}

fn typed(choices: &mut Choices<'_>, named: &[(Address, Dtype)]) -> (Dtype, Option<Address>) {
    match named.get(choices.below(named.len() + 3)) {
        Some((address, dtype)) => (dtype.clone(), Some(*address)),
        None => (sample::dtype(choices, 2), None),
    }
}

fn shape(choices: &mut Choices<'_>) -> Shape {
    match choices.below(8) {
        0 | 1 => Shape::Scalar,
        2 => Shape::Null,
        3 | 4 => Shape::Simple(vec![choices.below(6) as u64]),
        rank => Shape::Simple((0..rank - 3).map(|_| 1 + choices.below(3) as u64).collect()),
    }
}

fn dataset(choices: &mut Choices<'_>, named: &[(Address, Dtype)], targets: &[Address]) -> Result<Kind> {
    let (dtype, named_type) = typed(choices, named);
    let shape = shape(choices);
    let value: Value = sample::value(choices, &dtype, shape.clone(), targets)?;
    let mut info = DatasetInfo { named_type, ..DatasetInfo::new(dtype, shape.clone()) };
    match choices.below(5) {
        0 if shape != Shape::Null => info.layout = Layout::Compact,
        1..=3 => {
            if let Shape::Simple(dims) = &shape {
                let chunk = dims.iter().map(|len| 1 + choices.below(*len as usize + 2) as u64);
                let mut chunk: Vec<u64> = chunk.collect();
                // An axis that cannot grow has chunks that are no longer than itself.
                if dims.contains(&0) || choices.one_in(2) {
                    info.max_shape = Some(vec![None; dims.len()]);
                } else {
                    chunk.iter_mut().zip(dims).for_each(|(chunk, len)| *chunk = (*chunk).min(*len));
                }
                info.layout = Layout::Chunked(chunk);
                let all = [Filter::shuffle(), Filter::deflate(1 + choices.below(9) as u32), Filter::fletcher32()];
                info.filters = all.into_iter().filter(|_| choices.one_in(2)).collect();
            }
        }
        _ => {}
    }
    if !info.dtype.has_references() && choices.one_in(3) {
        info.fill = Some(sample::value(choices, &info.dtype, Shape::Scalar, &[])?);
    }
    Ok(Kind::Dataset(Box::new(info), value))
}

fn count(tree: &Tree, census: &mut Census) {
    let mut links_to: BTreeMap<u64, usize> = BTreeMap::from([(0, 1)]);
    let mut add = |kind: &'static str| *census.entry(kind).or_default() += 1;
    for (index, object) in tree.objects.iter().enumerate() {
        for attribute in &object.attributes {
            add("attribute");
            if attribute.named_type.is_some() {
                add("use of a named datatype");
            }
            count_value(attribute.value.dtype(), attribute.value.shape(), &mut add);
        }
        match &object.kind {
            Kind::Datatype(_) => add("named datatype"),
            Kind::Group(links) => {
                add("group");
                for (name, link) in links {
                    if !name.is_ascii() {
                        add("name beyond ASCII");
                    }
                    match link {
                        Link::Soft(_) => add("soft link"),
                        Link::External { .. } => add("external link"),
                        Link::Hard(address) => {
                            let links = links_to.entry(address.0).or_default();
                            *links += 1;
                            if *links > 1 {
                                add("second hard link");
                            }
                            if address.0 as usize <= index {
                                add("cycle");
                            }
                        }
                    }
                }
            }
            Kind::Dataset(info, _) => {
                add("dataset");
                count_value(&info.dtype, &info.shape, &mut add);
                match info.layout {
                    Layout::Compact => add("compact"),
                    Layout::Chunked(_) => add("chunked"),
                    _ => add("contiguous"),
                }
                if info.max_shape.is_some() {
                    add("extendable");
                }
                if info.fill.is_some() {
                    add("fill value");
                }
                if info.named_type.is_some() {
                    add("use of a named datatype");
                }
                for filter in &info.filters {
                    match filter.id {
                        1 => add("deflate"),
                        2 => add("shuffle"),
                        _ => add("fletcher32"),
                    }
                }
            }
        }
    }
}

fn count_value(dtype: &Dtype, shape: &Shape, add: &mut dyn FnMut(&'static str)) {
    match shape {
        Shape::Null => add("null"),
        Shape::Scalar => add("scalar"),
        Shape::Simple(dims) => match dims.len() {
            1 => add("rank 1"),
            2 => add("rank 2"),
            3 => add("rank 3"),
            _ => add("rank 4"),
        },
    }
    if shape.dims().contains(&0) {
        add("axis of length zero");
    }
    count_type(dtype, add);
}

fn count_type(dtype: &Dtype, add: &mut dyn FnMut(&'static str)) {
    match dtype {
        Dtype::Number(..) => add("number"),
        Dtype::Bool => add("bool"),
        Dtype::Text(text) if text.length == TextLength::Variable => add("text"),
        Dtype::Text(_) => add("text of fixed length"),
        Dtype::Reference => add("reference"),
        Dtype::Enum(_) => add("enumeration"),
        Dtype::Compound(compound) => {
            add("compound");
            compound.members.iter().for_each(|member| count_type(&member.dtype, add));
        }
        Dtype::Array(element, _) => {
            add("array");
            count_type(element, add);
        }
        Dtype::Sequence(element) => {
            add("sequence");
            count_type(element, add);
        }
        Dtype::RegionReference | Dtype::Foreign(_) => {}
    }
}
