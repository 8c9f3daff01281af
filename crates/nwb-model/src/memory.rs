//! Files that are only in memory: the reference that other backends are measured by, and the ground on which edits stand.

mod file;
mod storage;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rpds::HashTrieMapSync;

use crate::assembly::{Assembly, check_within};
use crate::backend::{
    Address, Attribute, Backend, Chunk, DatasetInfo, Link, Node, NodeKind, RawChunk, Store, Surroundings, Transaction,
};
use crate::batch::{self, How, Wanted};
use crate::copy::refuse_unreadable;
use crate::data::Source;
use crate::dtype::Dtype;
use crate::error::{Error, ErrorKind, Result};
use crate::selection::Region;
use crate::value::{Bytes, Shape, Value};
use file::MemoryFile;
use storage::{check_storage, in_other_chunks, own_layout, stored_chunks};

/// A place in memory where a file can be written.
///
/// ```
/// use nwb_model::backend::{Link, Store};
/// use nwb_model::memory::Memory;
///
/// let mut file = Memory::new("example").begin()?;
/// let root = file.root();
/// file.create_group(root, "acquisition")?;
/// let file = file.commit()?;
/// assert!(file.node(file.root()).is_ok());
/// # Ok::<(), nwb_model::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Memory {
    label: String,
    state: Arc<Mutex<State>>,
    /// The only version that may be replaced.
    replaces: Option<u64>,
}

/// What lies in a place.
#[derive(Debug, Default)]
struct State {
    /// How many files were written there so far.
    version: u64,
    written: Option<Arc<Objects>>,
}

impl Memory {
    /// An empty place; the label stands in messages where a file name would.
    #[must_use]
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), state: Arc::default(), replaces: None }
    }

    /// What was written last.
    #[must_use]
    pub fn open(&self) -> Option<Arc<dyn Backend>> {
        let state = self.state();
        let objects = Arc::clone(state.written.as_ref()?);
        let replaces = Some(state.version);
        Some(Arc::new(MemoryFile { objects, place: Self { replaces, ..self.clone() } }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that holds it can panic half way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_version(&self, state: &State) -> Result<()> {
        match self.replaces {
            Some(version) if version != state.version => {
                Err(Error::new(ErrorKind::Conflict, "the file was replaced since it was opened")
                    .in_file(&self.label)
                    .remedy("open it again, and make the changes to that"))
            }
            _ => Ok(()),
        }
    }
}

impl Store for Memory {
    fn begin(&self) -> Result<Box<dyn Transaction>> {
        self.check_version(&self.state())?;
        let root = Address(1);
        let nodes = [(root, MemoryNode::group())].into_iter().collect();
        let objects = Objects { label: self.label.clone(), base: None, nodes, root, next: 2, surroundings: None };
        Ok(Box::new(MemoryTransaction { objects, place: self.clone() }))
    }
}

/// An object in memory.
#[derive(Clone, Debug)]
pub(crate) struct MemoryNode {
    pub(crate) kind: MemoryKind,
    pub(crate) attributes: BTreeMap<String, Attribute>,
}

#[derive(Clone, Debug)]
pub(crate) enum MemoryKind {
    Group(BTreeMap<String, Link>),
    Dataset(Box<DatasetInfo>, Source),
    Datatype(Dtype),
}

impl MemoryNode {
    pub(crate) fn group() -> Self {
        Self::of(MemoryKind::Group(BTreeMap::new()))
    }

    pub(crate) fn of(kind: MemoryKind) -> Self {
        Self { kind, attributes: BTreeMap::new() }
    }

    pub(crate) fn set_attribute(&mut self, name: &str, value: Value) {
        self.attributes.insert(name.into(), Attribute { name: name.into(), value, named_type: None });
    }

    pub(crate) fn links_mut(&mut self) -> Result<&mut BTreeMap<String, Link>> {
        match &mut self.kind {
            MemoryKind::Group(links) => Ok(links),
            _ => Err(Error::new(ErrorKind::WrongType, "only a group has links")),
        }
    }
}

/// New and changed objects over the unchanged ones of a file: what an edit sees. Without a file below: a file in memory.
///
/// Addresses of the file below are kept as they are; those of new objects begin where no file's reach.
#[derive(Clone, Debug)]
pub(crate) struct Objects {
    label: String,
    base: Option<Arc<dyn Backend>>,
    /// Cheap to copy: an edit looks at itself, and takes back what fails, again and again.
    nodes: HashTrieMapSync<Address, MemoryNode>,
    root: Address,
    next: u64,
    surroundings: Option<Arc<dyn Surroundings>>,
}

const FIRST_NEW: u64 = 1 << 62;

impl Objects {
    /// Over a file; nothing is changed yet.
    pub(crate) fn over(base: Arc<dyn Backend>) -> Self {
        Self {
            label: base.label().into(),
            root: base.root(),
            surroundings: base.surroundings(),
            base: Some(base),
            nodes: HashTrieMapSync::new_sync(),
            next: FIRST_NEW,
        }
    }

    /// An empty file, whose links to other files mean what they will mean when it is written.
    pub(crate) fn empty(label: impl Into<String>, surroundings: Option<Arc<dyn Surroundings>>) -> Self {
        let root = Address(FIRST_NEW);
        let nodes = [(root, MemoryNode::group())].into_iter().collect();
        Self { label: label.into(), root, base: None, nodes, next: FIRST_NEW + 1, surroundings }
    }

    pub(crate) fn add(&mut self, node: MemoryNode) -> Address {
        let address = Address(self.next);
        self.next += 1;
        self.nodes.insert_mut(address, node);
        address
    }

    /// An object to be changed; one of the file below is taken over first.
    pub(crate) fn change(&mut self, object: Address) -> Result<&mut MemoryNode> {
        if !self.nodes.contains_key(&object) {
            let node = self.copy(object)?;
            self.nodes.insert_mut(object, node);
        }
        self.nodes.get_mut(&object).ok_or_else(|| missing(object))
    }

    /// A copy of an object, to be changed and put back.
    pub(crate) fn copy(&self, object: Address) -> Result<MemoryNode> {
        if let Some(node) = self.nodes.get(&object) {
            return Ok(node.clone());
        }
        let base = self.base.as_ref().ok_or_else(|| missing(object))?;
        let Node { kind, attributes, unreadable } = base.node(object)?;
        refuse_unreadable(&unreadable)?;
        let kind = match kind {
            NodeKind::Group(links) => MemoryKind::Group(links.into_iter().collect()),
            NodeKind::Dataset(info) => {
                MemoryKind::Dataset(info, Source::Stored { backend: Arc::clone(base), dataset: object })
            }
            NodeKind::Datatype(dtype) => MemoryKind::Datatype(dtype),
        };
        let attributes = attributes.into_iter().map(|attribute| (attribute.name.clone(), attribute)).collect();
        Ok(MemoryNode { kind, attributes })
    }

    /// Puts an object in the place of the one at that address.
    pub(crate) fn replace(&mut self, object: Address, node: MemoryNode) {
        self.nodes.insert_mut(object, node);
    }

    /// The names in a group that is new or changed.
    pub(crate) fn own_links(&self, group: Address) -> Option<&BTreeMap<String, Link>> {
        match &self.nodes.get(&group)?.kind {
            MemoryKind::Group(links) => Some(links),
            _ => None,
        }
    }

    /// What to go back to when a change fails half way.
    pub(crate) fn mark(&self) -> Address {
        Address(self.next)
    }

    /// Forgets all objects that were made since the mark. Older ones must not have been changed.
    pub(crate) fn undo_to(&mut self, mark: Address) {
        for address in mark.0..self.next {
            self.nodes.remove_mut(&Address(address));
        }
        self.next = mark.0;
    }

    /// Whether anything was added or changed.
    pub(crate) fn is_changed(&self) -> bool {
        !self.nodes.is_empty()
    }

    /// The dataset in a file whose elements are those of this one, stored in the same way.
    fn stored(&self, dataset: Address) -> Option<(&Arc<dyn Backend>, Address)> {
        let Some(node) = self.nodes.get(&dataset) else { return Some((self.base.as_ref()?, dataset)) };
        let MemoryKind::Dataset(info, Source::Stored { backend, dataset }) = &node.kind else { return None };
        match backend.node(*dataset).ok()?.kind {
            NodeKind::Dataset(old) if old.is_stored_as(info) => Some((backend, *dataset)),
            _ => None,
        }
    }

    fn below(&self, object: Address) -> Result<&Arc<dyn Backend>> {
        self.base.as_ref().ok_or_else(|| missing(object))
    }
}

fn missing(object: Address) -> Error {
    Error::new(ErrorKind::Malformed, format!("there is no object at address {}", object.0))
        .remedy("the reference or link to it is damaged, or is of another file")
}

fn no_dataset() -> Error {
    Error::new(ErrorKind::WrongType, "only a dataset has elements")
}

impl Backend for Objects {
    fn store(&self) -> Result<Box<dyn Store>> {
        match &self.base {
            Some(base) => base.store(),
            None => Ok(Box::new(Memory::new(self.label.clone()))),
        }
    }

    fn label(&self) -> &str {
        &self.label
    }

    fn root(&self) -> Address {
        self.root
    }

    fn node(&self, object: Address) -> Result<Node> {
        let Some(node) = self.nodes.get(&object) else { return self.below(object)?.node(object) };
        let kind = match &node.kind {
            MemoryKind::Group(links) => {
                NodeKind::Group(links.iter().map(|(name, link)| (name.clone(), link.clone())).collect())
            }
            MemoryKind::Dataset(info, _) => NodeKind::Dataset(info.clone()),
            MemoryKind::Datatype(dtype) => NodeKind::Datatype(dtype.clone()),
        };
        Ok(Node::new(kind, node.attributes.values().cloned().collect()))
    }

    fn read(&self, dataset: Address, region: &Region) -> Result<Value> {
        match self.nodes.get(&dataset) {
            None => self.below(dataset)?.read(dataset, region),
            Some(MemoryNode { kind: MemoryKind::Dataset(info, source), .. }) => {
                check_within(region, &info.shape)?;
                source.read(region)
            }
            Some(_) => Err(no_dataset()),
        }
    }

    fn read_into(&self, dataset: Address, region: &Region, out: &mut [u8]) -> Result<()> {
        if !self.nodes.contains_key(&dataset) {
            return self.below(dataset)?.read_into(dataset, region, out);
        }
        let value = self.read(dataset, region)?;
        if !value.dtype().is_plain() || value.bytes().len() != out.len() {
            return Err(Error::new(ErrorKind::Invalid, "elements do not fit into the buffer")
                .expected(format!("{} bytes", out.len()))
                .found(format!("{} bytes of {}", value.bytes().len(), value.dtype())));
        }
        out.copy_from_slice(value.bytes());
        Ok(())
    }

    fn read_batch(&self, dataset: Address, info: &DatasetInfo, parts: &mut [Wanted<'_>], how: How<'_>) -> Result<()> {
        match self.nodes.get(&dataset).map(|node| &node.kind) {
            None => self.below(dataset)?.read_batch(dataset, info, parts, how),
            Some(MemoryKind::Dataset(_, Source::Stored { backend, dataset })) => {
                backend.read_batch(*dataset, info, parts, how)
            }
            Some(_) => batch::one_by_one(info, parts, how, &mut |region, out| self.read_into(dataset, region, out)),
        }
    }

    fn prepare(&self, memory: &mut [u8]) {
        if let Some(base) = &self.base {
            base.prepare(memory);
        }
    }

    fn mapped(&self, dataset: Address) -> Result<Bytes> {
        if self.nodes.contains_key(&dataset) {
            return Err(Error::new(ErrorKind::Unsupported, "the elements are not in a file yet").remedy("read them"));
        }
        self.below(dataset)?.mapped(dataset)
    }

    fn chunks(&self, dataset: Address) -> Result<Option<Vec<Chunk>>> {
        let Some(node) = self.nodes.get(&dataset) else { return self.below(dataset)?.chunks(dataset) };
        let MemoryKind::Dataset(info, source) = &node.kind else { return Err(no_dataset()) };
        match source {
            Source::Stored { backend, dataset } => {
                let Some(chunks) = backend.chunks(*dataset)? else { return Ok(None) };
                match backend.node(*dataset)?.kind {
                    NodeKind::Dataset(old) if old.layout == info.layout || chunks.is_empty() => Ok(Some(chunks)),
                    NodeKind::Dataset(old) => Ok(in_other_chunks(&old, info, &chunks)),
                    _ => Ok(None),
                }
            }
            Source::Blocks(blocks) => Ok(stored_chunks(info, blocks)),
            Source::Streamed(_) => Ok(None),
            Source::Value(_) | Source::Rows(_) | Source::Joined(_) | Source::Converted { .. } => Ok(None),
        }
    }

    fn streamed(&self, dataset: Address) -> Option<Address> {
        match &self.nodes.get(&dataset)?.kind {
            MemoryKind::Dataset(_, Source::Streamed(there)) => Some(*there),
            _ => None,
        }
    }

    fn has_raw_chunks(&self, dataset: Address) -> bool {
        self.stored(dataset).is_some_and(|(backend, dataset)| backend.has_raw_chunks(dataset))
    }

    fn raw_chunk(&self, dataset: Address, offset: &[u64]) -> Result<RawChunk> {
        let (backend, dataset) = self.stored(dataset).ok_or_else(no_dataset)?;
        backend.raw_chunk(dataset, offset)
    }

    fn surroundings(&self) -> Option<Arc<dyn Surroundings>> {
        self.surroundings.clone()
    }
}

struct MemoryTransaction {
    objects: Objects,
    place: Memory,
}

impl MemoryTransaction {
    fn object(&mut self, object: Address) -> Result<&mut MemoryNode> {
        self.objects.nodes.get_mut(&object).ok_or_else(|| unknown(object))
    }

    /// The names of a group in which this one is free.
    fn names_without(&mut self, name: &str, parent: Address) -> Result<&mut BTreeMap<String, Link>> {
        if matches!(name, "" | ".") || name.contains(['/', '\0']) {
            return Err(Error::new(ErrorKind::Invalid, format!("{name:?} cannot be the name of an object"))
                .remedy("choose a name without \"/\" and null characters"));
        }
        let links = self.object(parent)?.links_mut()?;
        if links.contains_key(name) {
            return Err(Error::new(ErrorKind::Invalid, format!("the name {name:?} is taken")));
        }
        Ok(links)
    }

    fn insert(&mut self, parent: Address, name: &str, kind: MemoryKind) -> Result<Address> {
        self.names_without(name, parent)?;
        let address = self.objects.add(MemoryNode::of(kind));
        self.names_without(name, parent)?.insert(name.into(), Link::Hard(address));
        Ok(address)
    }

    fn check_references(&self, value: &Value) -> Result<()> {
        match value.addresses().into_iter().find(|address| !self.objects.nodes.contains_key(address)) {
            Some(address) => Err(unknown(address)),
            None => Ok(()),
        }
    }

    fn check_named_type(&mut self, dtype: &Dtype, named: Option<Address>) -> Result<()> {
        let Some(named) = named else { return Ok(()) };
        match &self.object(named)?.kind {
            MemoryKind::Datatype(found) if found == dtype => Ok(()),
            MemoryKind::Datatype(found) => {
                Err(Error::new(ErrorKind::Invalid, "the named datatype is another type than the elements are of")
                    .expected(dtype.to_string())
                    .found(found.to_string()))
            }
            _ => Err(Error::new(ErrorKind::WrongType, "only a named datatype can be the type of elements")),
        }
    }
}

fn unknown(object: Address) -> Error {
    Error::new(ErrorKind::Invalid, "there is no such object in the new file")
        .found(format!("address {}", object.0))
        .remedy("make an object before anything points to it")
}

impl Transaction for MemoryTransaction {
    fn root(&self) -> Address {
        self.objects.root
    }

    fn create_group(&mut self, parent: Address, name: &str) -> Result<Address> {
        self.insert(parent, name, MemoryKind::Group(BTreeMap::new()))
    }

    fn create_dataset(&mut self, parent: Address, name: &str, info: &DatasetInfo) -> Result<Address> {
        let info = DatasetInfo { layout: own_layout(info), ..info.clone() };
        check_storage(&info)?;
        self.check_named_type(&info.dtype, info.named_type)?;
        info.fill.as_ref().map_or(Ok(()), |fill| self.check_references(fill))?;
        let blocks = Assembly::new(info.dtype.clone(), info.shape.clone(), info.fill.clone());
        self.insert(parent, name, MemoryKind::Dataset(Box::new(info), Source::Blocks(Arc::new(blocks))))
    }

    fn create_loose_dataset(&mut self, info: &DatasetInfo) -> Result<Address> {
        check_storage(info)?;
        let blocks = Assembly::new(info.dtype.clone(), info.shape.clone(), info.fill.clone());
        let kind = MemoryKind::Dataset(Box::new(info.clone()), Source::Blocks(Arc::new(blocks)));
        Ok(self.objects.add(MemoryNode::of(kind)))
    }

    fn extend(&mut self, dataset: Address, rows: u64) -> Result<()> {
        match &mut self.object(dataset)?.kind {
            MemoryKind::Dataset(info, Source::Blocks(blocks)) => {
                let mut dims = info.shape.dims().to_vec();
                let most = info.max_shape.as_ref().and_then(|most| most.first().copied());
                match (dims.first_mut(), most) {
                    (Some(len), Some(most)) if *len <= rows && most.is_none_or(|most| rows <= most) => *len = rows,
                    _ => return Err(Error::new(ErrorKind::Invalid, "the dataset cannot grow so far")),
                }
                info.shape = Shape::Simple(dims);
                Arc::make_mut(blocks).grow(info.shape.clone());
                Ok(())
            }
            _ => Err(no_dataset()),
        }
    }

    fn create_datatype(&mut self, parent: Address, name: &str, dtype: &Dtype) -> Result<Address> {
        self.insert(parent, name, MemoryKind::Datatype(dtype.clone()))
    }

    fn link(&mut self, parent: Address, name: &str, link: &Link) -> Result<()> {
        if let Link::Hard(target) = link {
            self.object(*target)?;
        }
        self.names_without(name, parent)?.insert(name.into(), link.clone());
        Ok(())
    }

    fn set_attribute(&mut self, object: Address, attribute: &Attribute) -> Result<()> {
        let Attribute { name, value, named_type } = attribute;
        if name.is_empty() || name.contains('\0') {
            return Err(Error::new(ErrorKind::Invalid, format!("{name:?} cannot be the name of an attribute")));
        }
        self.check_references(value)?;
        self.check_named_type(value.dtype(), *named_type)?;
        let attributes = &mut self.object(object)?.attributes;
        if attributes.contains_key(name) {
            return Err(Error::new(ErrorKind::Invalid, format!("there is an attribute {name:?} already")));
        }
        attributes.insert(name.clone(), attribute.clone());
        Ok(())
    }

    fn write(&mut self, dataset: Address, region: &Region, value: &Value) -> Result<()> {
        self.check_references(value)?;
        match &mut self.object(dataset)?.kind {
            MemoryKind::Dataset(_, Source::Blocks(blocks)) => Arc::make_mut(blocks).write(region, value),
            _ => Err(no_dataset()),
        }
    }

    fn commit_checked(
        self: Box<Self>,
        check: &mut dyn FnMut(&Arc<dyn Backend>) -> Result<()>,
    ) -> Result<Arc<dyn Backend>> {
        let Self { objects, place } = *self;
        let objects = Arc::new(objects);
        let unseen: Arc<dyn Backend> = Arc::new(MemoryFile { objects: Arc::clone(&objects), place: place.clone() });
        check(&unseen)?;
        let mut state = place.state();
        place.check_version(&state)?;
        state.version += 1;
        state.written = Some(Arc::clone(&objects));
        let replaces = Some(state.version);
        drop(state);
        Ok(Arc::new(MemoryFile { objects, place: Memory { replaces, ..place } }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::Layout;
    use crate::copy::copy_tree;

    #[test]
    fn stored_elements_are_copied_into_chunks_of_another_shape() {
        let shape = Shape::Simple(vec![8]);
        let numbers = Value::vector((0..8u8).collect());
        let mut file = Memory::new("old").begin().unwrap();
        let root = file.root();
        let info = DatasetInfo {
            layout: Layout::Chunked(vec![4]),
            ..DatasetInfo::new(numbers.dtype().clone(), shape.clone())
        };
        let stored = file.create_dataset(root, "numbers", &info).unwrap();
        file.write(stored, &Region::all(&[8]), &numbers).unwrap();
        let mut objects = Objects::over(file.commit().unwrap());

        let node = objects.change(stored).unwrap();
        let MemoryKind::Dataset(info, _) = &mut node.kind else { panic!("a dataset") };
        info.layout = Layout::Chunked(vec![2]);
        let mut new = Memory::new("new").begin().unwrap();
        copy_tree(&objects, &mut *new, &mut |_| {}).unwrap();
        let new = new.commit().unwrap();
        let NodeKind::Group(links) = new.node(new.root()).unwrap().kind else { panic!("a group") };
        let [(_, Link::Hard(copied))] = links.as_slice() else { panic!("one dataset") };
        assert_eq!(new.read(*copied, &Region::all(&[8])).unwrap(), numbers);
        assert_eq!(new.chunks(*copied).unwrap().unwrap().len(), 4);
    }
}
