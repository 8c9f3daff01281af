//! Writing a whole tree: every object of one file made anew in another.

use std::collections::{HashMap, HashSet};

use crate::backend::{
    Address, Attribute, Backend, Chunk, DatasetInfo, Layout, Link, Node, NodeKind, Transaction, Unreadable,
};
use crate::dtype::{Dtype, TextLength};
use crate::error::{Error, ErrorKind, Result};
use crate::selection::Region;
use crate::value::{Shape, Value};

/// How far a write has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of elements that were written.
    pub done: u64,
    /// Bytes of elements in all.
    pub total: u64,
}

/// What a copy could not keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Losses {
    /// Objects with a reference to something that no name leads to; such a reference is null in the copy.
    pub dangling_references: Vec<String>,
}

struct Step {
    path: String,
    source: Address,
    target: Address,
    node: Node,
    elements: Elements,
}

/// How the elements of a dataset come into the new file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Elements {
    /// Decoded and encoded.
    Read,
    /// Chunk by chunk, as they are stored.
    Raw,
    /// Not at all: they are there.
    There,
}

/// Writes all that names lead to from the root of `from` into a new file: objects, attributes, links, references, elements;
/// types, shapes, chunks and filters as they are. Objects with several names are written once. Chunks go from file to file as they
/// are stored, where both sides can and there is nothing in them that means something else in the new file: so no filter is needed
/// for it.
///
/// # Errors
/// When something cannot be read or written; the error names the object. Dropping the transaction leaves no file.
pub fn copy_tree(from: &dyn Backend, to: &mut dyn Transaction, progress: &mut dyn FnMut(Progress)) -> Result<Losses> {
    copy_tree_watched(from, to, progress, &mut |_, _, _| {})
}

/// Looks at elements that are decoded and encoded, on their way: the dataset in the old file, the place, the elements.
pub(crate) type Watch<'a> = &'a mut dyn FnMut(Address, &Region, &Value);

pub(crate) fn copy_tree_watched(
    from: &dyn Backend,
    to: &mut dyn Transaction,
    progress: &mut dyn FnMut(Progress),
    watch: Watch<'_>,
) -> Result<Losses> {
    let mut losses = Losses::default();
    let (steps, addresses) = create_objects(from, to)?;
    let mut total = 0u64;
    for step in &steps {
        let at = |error: Error| error.at(step.path.clone()).in_file(from.label());
        for attribute in &step.node.attributes {
            let (value, lost) = translated(&attribute.value, &addresses).map_err(at)?;
            if lost {
                losses.dangling_references.push(format!("{}@{}", step.path, attribute.name));
            }
            let named_type = attribute.named_type.and_then(|named| addresses.get(&named).copied());
            to.set_attribute(step.target, &Attribute { name: attribute.name.clone(), value, named_type })
                .map_err(at)?;
        }
        if let NodeKind::Dataset(info) = &step.node.kind {
            total = total.saturating_add(bytes_of(info, info.shape.dims()));
        }
    }
    let mut state = Progress { done: 0, total };
    progress(state);
    for step in &steps {
        let NodeKind::Dataset(info) = &step.node.kind else { continue };
        if step.elements == Elements::There {
            state.done = state.done.saturating_add(bytes_of(info, info.shape.dims()));
            progress(state);
            continue;
        }
        let before = state.done;
        let mut lost = false;
        let copied = if step.elements == Elements::Raw {
            copy_chunks(from, &mut *to, step, info, &mut |region| {
                state.done = state.done.saturating_add(bytes_of(info, &region.shape()));
                progress(state);
            })
        } else {
            let room = Room::of(to.memory(), &info.dtype);
            each_block(from, step.source, info, room, &mut |region| {
                let (value, null) = translated(&from.read(step.source, region)?, &addresses)?;
                lost |= null;
                watch(step.source, region, &value);
                to.write(step.target, region, &value)?;
                state.done = state.done.saturating_add(bytes_of(info, &region.shape()));
                progress(state);
                Ok(())
            })
        };
        copied.map_err(|error| error.at(step.path.clone()).in_file(from.label()))?;
        if lost {
            losses.dangling_references.push(step.path.clone());
        }
        state.done = before.saturating_add(bytes_of(info, info.shape.dims()));
    }
    progress(state);
    Ok(losses)
}

/// Copies the chunks of a dataset as they are stored.
fn copy_chunks(
    from: &dyn Backend,
    to: &mut dyn Transaction,
    step: &Step,
    info: &DatasetInfo,
    done: &mut dyn FnMut(&Region),
) -> Result<()> {
    let (Layout::Chunked(chunk), Shape::Simple(shape)) = (&info.layout, &info.shape) else { return Ok(()) };
    for stored in from.chunks(step.source)?.unwrap_or_default().iter().filter(|stored| is_inside(stored, shape)) {
        to.write_raw_chunk(step.target, &stored.offset, &from.raw_chunk(step.source, &stored.offset)?)?;
        done(&clipped(&stored.offset, chunk, shape));
    }
    Ok(())
}

/// Makes all objects, empty, and all names; groups first, then named datatypes, which datasets may be made with.
fn create_objects(from: &dyn Backend, to: &mut dyn Transaction) -> Result<(Vec<Step>, HashMap<Address, Address>)> {
    let mut addresses = HashMap::from([(from.root(), to.root())]);
    let mut seen = HashSet::from([from.root()]);
    let mut steps: Vec<Step> = Vec::new();
    let mut late = Vec::new();
    let mut names = Vec::new();
    let mut pending = vec![("/".to_owned(), from.root(), to.root())];
    while let Some((path, source, target)) = pending.pop() {
        let at = |error: Error| error.at(path.clone()).in_file(from.label());
        let node = from.node(source).map_err(at)?;
        refuse_unreadable(&node.unreadable).map_err(at)?;
        let NodeKind::Group(links) = &node.kind else {
            return Err(at(Error::new(ErrorKind::Malformed, "a group was expected here")));
        };
        let mut groups = Vec::new();
        for (name, link) in links {
            let child_path = if path == "/" { format!("/{name}") } else { format!("{path}/{name}") };
            let at = |error: Error| error.at(child_path.clone()).in_file(from.label());
            let Link::Hard(child) = link else {
                names.push((child_path, target, name.clone(), link.clone()));
                continue;
            };
            if !seen.insert(*child) {
                names.push((child_path, target, name.clone(), link.clone()));
                continue;
            }
            let node = from.node(*child).map_err(at)?;
            refuse_unreadable(&node.unreadable).map_err(at)?;
            match node.kind {
                NodeKind::Group(_) => {
                    let made = to.create_group(target, name).map_err(at)?;
                    addresses.insert(*child, made);
                    groups.push((child_path, *child, made));
                }
                NodeKind::Datatype(ref dtype) => {
                    let made = to.create_datatype(target, name, dtype).map_err(at)?;
                    addresses.insert(*child, made);
                    let elements = Elements::Read;
                    steps.push(Step { path: child_path, source: *child, target: made, node, elements });
                }
                NodeKind::Dataset(_) => {
                    let elements = Elements::Read;
                    let step = Step { path: child_path, source: *child, target: *child, node, elements };
                    late.push((target, name.clone(), step));
                }
            }
        }
        steps.push(Step { path, source, target, node, elements: Elements::Read });
        pending.extend(groups.into_iter().rev());
    }
    let mut streamed = HashSet::new();
    for (parent, name, mut step) in late {
        let at = |error: Error| error.at(step.path.clone()).in_file(from.label());
        if let NodeKind::Dataset(info) = &step.node.kind {
            let mut info = (**info).clone();
            info.named_type = info.named_type.and_then(|named| addresses.get(&named).copied());
            if let Some(there) = from.streamed(step.source) {
                if !streamed.insert(there) {
                    return Err(at(Error::new(ErrorKind::Invalid, "a stream is the data of one dataset, not of two")));
                }
                to.link(parent, &name, &Link::Hard(there)).map_err(at)?;
                (step.target, step.elements) = (there, Elements::There);
                addresses.insert(step.source, step.target);
                steps.push(step);
                continue;
            }
            let raw = match &info.layout {
                Layout::Chunked(_) if info.dtype.is_plain() && from.has_raw_chunks(step.source) => {
                    to.create_raw_dataset(parent, &name, &info).map_err(at)?
                }
                _ => None,
            };
            (step.target, step.elements) = match raw {
                Some(made) => (made, Elements::Raw),
                None => (to.create_dataset(parent, &name, &info).map_err(at)?, Elements::Read),
            };
        }
        addresses.insert(step.source, step.target);
        steps.push(step);
    }
    for (path, parent, name, link) in names {
        let link = match link {
            Link::Hard(object) => Ok(Link::Hard(addresses.get(&object).copied().unwrap_or(Address::NULL))),
            Link::External { file, path } => carried_name(file, from, to).map(|file| Link::External { file, path }),
            other => Ok(other),
        };
        link.and_then(|link| to.link(parent, &name, &link)).map_err(|error| error.at(path).in_file(from.label()))?;
    }
    Ok((steps, addresses))
}

/// What a file is called from the new file that `from` calls by this name: the same if they lie in one folder, else its name
/// relative to the new folder.
fn carried_name(name: String, from: &dyn Backend, to: &dyn Transaction) -> Result<String> {
    let (Some(old), Some(new)) = (from.surroundings(), to.surroundings()) else { return Ok(name) };
    let target = old.locate(&name);
    // A file that was opened by a symbolic link has two folders.
    if old.folder() == new.folder() && new.locate(&name) == target { Ok(name) } else { new.name_of(&target) }
}

fn translated(value: &Value, addresses: &HashMap<Address, Address>) -> Result<(Value, bool)> {
    let mut lost = false;
    let value = value.map_addresses(&mut |address| {
        Ok(addresses.get(&address).copied().unwrap_or_else(|| {
            lost = true;
            Address::NULL
        }))
    })?;
    Ok((value, lost))
}

fn bytes_of(info: &DatasetInfo, shape: &[u64]) -> u64 {
    shape.iter().fold(info.dtype.size() as u64, |product, &len| product.saturating_mul(len))
}

/// What cannot be read cannot be written: a copy without it would lose it without a word.
pub(crate) fn refuse_unreadable(unreadable: &[Unreadable]) -> Result<()> {
    let Some(first) = unreadable.first() else { return Ok(()) };
    let what =
        format!("the {} \"{}\" cannot be read, so that no copy of the object is whole", first.part.name(), first.name);
    Err(Error::new(ErrorKind::Unsupported, what)
        .remedy(format!("take away the {} with the program that made it", first.part.name()))
        .caused_by(first.error.clone()))
}

/// Visits the parts of a dataset that hold something, in blocks of bounded size and whole chunks.
fn each_block(
    from: &dyn Backend,
    dataset: Address,
    info: &DatasetInfo,
    room: Room,
    visit: &mut dyn FnMut(&Region) -> Result<()>,
) -> Result<()> {
    let Shape::Simple(shape) = &info.shape else {
        return if info.shape == Shape::Null { Ok(()) } else { visit(&Region::new(vec![])) };
    };
    if info.shape.is_empty() {
        return Ok(());
    }
    let chunk = match &info.layout {
        Layout::Chunked(chunk) if chunk.len() == shape.len() => chunk.iter().map(|&len| len.max(1)).collect(),
        _ => vec![1; shape.len()],
    };
    if let Some(chunks) = from.chunks(dataset)? {
        let grid =
            shape.iter().zip(&chunk).fold(1u64, |product, (&len, &chunk)| product.saturating_mul(len.div_ceil(chunk)));
        if (chunks.len() as u64) < grid {
            return each_chunk(&chunks, shape, &chunk, visit);
        }
    }
    let block = block_shape(shape, &chunk, room);
    let mut offset = vec![0u64; shape.len()];
    loop {
        visit(&clipped(&offset, &block, shape))?;
        if !advance(&mut offset, &block, shape) {
            return Ok(());
        }
    }
}

fn each_chunk(
    chunks: &[Chunk],
    shape: &[u64],
    chunk: &[u64],
    visit: &mut dyn FnMut(&Region) -> Result<()>,
) -> Result<()> {
    chunks.iter().filter(|chunk| is_inside(chunk, shape)).try_for_each(|c| visit(&clipped(&c.offset, chunk, shape)))
}

/// A chunk beyond the shape is what is left of a dataset that was made smaller.
fn is_inside(chunk: &Chunk, shape: &[u64]) -> bool {
    chunk.offset.len() == shape.len() && chunk.offset.iter().zip(shape).all(|(at, len)| at < len)
}

fn clipped(offset: &[u64], block: &[u64], shape: &[u64]) -> Region {
    let counts: Vec<u64> =
        offset.iter().zip(block).zip(shape).map(|((&at, &len), &end)| len.min(end.saturating_sub(at))).collect();
    Region::block(offset, &counts)
}

/// What a block may take in memory.
#[derive(Clone, Copy)]
struct Room {
    /// Bytes of an element there.
    element: u64,
    /// Bytes of a block: as many as are on their way at the same time, and what they become, are in memory too.
    block: u64,
    /// Bytes of a block that could not be of whole rows otherwise, which most sources are read by.
    rows: u64,
}

impl Room {
    fn of(memory: u64, dtype: &Dtype) -> Self {
        Self { element: weight(dtype), block: memory / 8, rows: memory / 4 }
    }
}

/// Bytes that an element takes in memory, with what it has elsewhere: of that, a guess.
fn weight(dtype: &Dtype) -> u64 {
    match dtype {
        // A text itself, twice, and where it ends.
        Dtype::Text(text) if text.length == TextLength::Variable => 128,
        Dtype::Sequence(_) | Dtype::RegionReference => 1024,
        Dtype::Compound(compound) if !dtype.is_plain() => {
            compound.members.iter().fold(compound.size as u64, |sum, member| sum.saturating_add(weight(&member.dtype)))
        }
        Dtype::Array(element, dims) if !element.is_plain() => {
            dims.iter().fold(weight(element), |product, &len| product.saturating_mul(len as u64))
        }
        _ => (dtype.size() as u64).max(1),
    }
}

/// Whole chunks, as many as fit, the fastest axes whole first.
fn block_shape(shape: &[u64], chunk: &[u64], room: Room) -> Vec<u64> {
    let mut block: Vec<u64> = chunk.iter().zip(shape).map(|(&chunk, &len)| chunk.min(len).max(1)).collect();
    let bytes = |block: &[u64]| block.iter().fold(room.element, |product, &len| product.saturating_mul(len));
    let mut rows = shape.to_vec();
    if let (Some(rows), Some(&first)) = (rows.first_mut(), block.first()) {
        *rows = first;
    }
    if bytes(&rows) <= room.rows {
        block = rows;
    }
    for axis in (0..shape.len()).rev() {
        let more = (room.block / bytes(&block).max(1)).max(1);
        if let (Some(len), Some(&whole)) = (block.get_mut(axis), shape.get(axis)) {
            *len = len.saturating_mul(more).min(whole);
        }
    }
    block
}

fn advance(offset: &mut [u64], block: &[u64], shape: &[u64]) -> bool {
    for ((at, &step), &len) in offset.iter_mut().zip(block).zip(shape).rev() {
        *at = at.saturating_add(step);
        if *at < len {
            return true;
        }
        *at = 0;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::Store;
    use crate::element::Element;
    use crate::memory::{Memory, Objects};

    #[test]
    fn blocks_are_whole_chunks() {
        let room = |element| Room { element, block: 32 << 20, rows: 64 << 20 };
        assert_eq!(block_shape(&[1000, 512, 512], &[1, 1, 1], room(2)), [64, 512, 512]);
        assert_eq!(block_shape(&[1000, 512, 512], &[75, 64, 64], room(2)), [75, 512, 512], "whole rows");
        assert_eq!(block_shape(&[1000, 512, 512], &[75, 64, 64], room(8)), [75, 64, 512]);
        assert_eq!(block_shape(&[3], &[10], room(8)), [3]);
        assert_eq!(block_shape(&[1 << 40], &[1 << 30], room(8)), [1 << 30]);
        assert_eq!(block_shape(&[1 << 20], &[1], Room::of(256 << 20, &Dtype::TEXT)), [1 << 18]);
    }

    #[test]
    fn copies_references_forward_aliases_and_sparse_data() {
        let mut file = Memory::new("a").begin().unwrap();
        let root = file.root();
        let group = file.create_group(root, "group").unwrap();
        let mut info = DatasetInfo::new(i32::dtype(), Shape::of(&[1 << 40]));
        info.layout = Layout::Chunked(vec![1000]);
        let sparse = file.create_dataset(group, "sparse", &info).unwrap();
        file.write(sparse, &Region::block(&[5_000_000], &[2]), &Value::vector(vec![1, 2])).unwrap();
        file.link(root, "other", &Link::Hard(group)).unwrap();
        file.link(group, "up", &Link::Hard(root)).unwrap();
        file.link(root, "soft", &Link::Soft("/nowhere".into())).unwrap();
        let target = Attribute { name: "target".into(), value: Value::reference(sparse), named_type: None };
        file.set_attribute(root, &target).unwrap();
        // No transaction makes a reference to nothing, but files have them.
        let mut first = Objects::over(file.commit().unwrap());
        first.change(first.root()).unwrap().set_attribute("lost", Value::reference(Address(4711)));

        let mut second = Memory::new("b").begin().unwrap();
        let losses = copy_tree(&first, &mut *second, &mut |_| {}).unwrap();
        assert_eq!(losses.dangling_references, ["/@lost"]);
        let root = crate::tree::Object::root_of(second.commit().unwrap());
        let target = root.attribute("target").unwrap().unwrap().as_reference().unwrap().unwrap();
        let sparse = root.resolve(target).unwrap();
        assert_eq!(sparse.path(), "/group/sparse");
        assert_eq!(root.get("/other/up/other/sparse").unwrap(), sparse);
        let values = sparse.dataset().unwrap().read_value(4_999_999..5_000_003).unwrap();
        assert_eq!(values.as_slice::<i32>().unwrap(), [0, 1, 2, 0]);
        assert!(root.get("soft").unwrap_err().is_file_fault());
    }
}
