//! A file that is being written.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use nwb_model::backend::{Address, Attribute, Backend, DatasetInfo, Link, RawChunk, Surroundings, Transaction};
use nwb_model::dtype::Dtype;
use nwb_model::selection::Region;
use nwb_model::value::{Shape, Value};
use nwb_model::{Error, ErrorKind, Result};

use super::chunks::Chunks;
use super::heaped::Heaped;
use super::limits::{MESSAGE_LIMIT, check_name, header_size};
use super::new_file::{Writing, changed, taken};
use super::opened::{Open, OpenDataset};
use super::storage::{self, Form};
use super::turnstile::Turnstile;
use crate::file::File;
use crate::place::{Place, Policy};
use crate::platform::{self, Durability, Identity, Overwrite};
use crate::sys::attribute::AttributeId;
use crate::sys::dataset::Transfer;
use crate::sys::datatype::Type;
use crate::sys::elements::Prepared;
use crate::sys::error::Cause;
use crate::sys::file::FileId;
use crate::sys::filter;
use crate::sys::object::{Object, ObjectClass};
use crate::sys::space::Space;
use crate::{dtype, names};

/// Objects that are kept open for what is added to them next.
const KEPT_OPEN: usize = 8;

/// The transaction: a file under another name until it is whole.
pub(super) struct NewTransaction {
    /// Chunks that are not stored yet, all of one dataset.
    pub(super) turnstile: Turnstile,
    pub(super) queued: Option<Address>,
    /// Datasets whose chunks are encoded here.
    pub(super) chunks: HashMap<Address, Arc<Chunks>>,
    /// Datasets whose elements hold texts or sequences that are stored here.
    pub(super) heaped: HashMap<Address, Arc<Heaped>>,
    /// The file, for what the library does not write.
    pub(super) beside: Option<std::fs::File>,
    /// Bytes that the system was not yet told to write out.
    waiting: usize,
    memory: u64,
    /// Datasets without a name, kept from being closed.
    pub(super) loose: Vec<(Address, Object)>,
    pub(super) open: Vec<(Address, Open)>,
    file: Option<FileId>,
    /// Why elements or structures could not be written. The library frees what it fails to close, but keeps its identifier,
    /// and stumbles over it later. So whatever is written is flushed before it is closed; once that has failed, nothing of
    /// this file is touched any more, and its identifiers and memory are given up.
    broken: Option<Error>,
    // Dropped last.
    pub(super) partial: Partial,
    pub(super) root: Address,
    /// Every object of the file and its first path.
    pub(super) paths: HashMap<Address, String>,
    path: PathBuf,
    label: String,
    overwrite: Overwrite,
    durability: Durability,
    replaces: Option<Identity>,
    place: Place,
}

/// Looks at a file that is whole and not in its place yet.
type Check<'a> = &'a mut dyn FnMut(&Arc<dyn Backend>) -> Result<()>;

/// The name of the unfinished file, which goes when this goes.
pub(super) struct Partial(pub(super) PathBuf);

impl Drop for Partial {
    fn drop(&mut self) {
        // It may never have been made, or be in its place already.
        let _ = std::fs::remove_file(&self.0);
    }
}

fn failed(sentence: &'static str) -> impl FnOnce(Cause) -> Error {
    move |cause| cause.into_error(ErrorKind::Unsupported, sentence)
}

impl NewTransaction {
    pub(super) fn begin(
        path: PathBuf,
        overwrite: Overwrite,
        replaces: Option<Identity>,
        policy: Arc<Policy>,
        writing: Writing,
    ) -> Result<Self> {
        let partial = Partial(platform::partial_name(&path));
        let name = platform::c_path(&partial.0)?;
        let refused = |cause: Cause| {
            cause
                .into_error(ErrorKind::Io, "no file can be made there")
                .remedy("choose a folder that can be written to")
        };
        let file = FileId::create(&name).map_err(refused)?;
        let root = Object::root(&file).map_err(refused)?;
        let address = Address(root.address().map_err(refused)?);
        Ok(Self {
            turnstile: Turnstile::new(writing.threads, writing.memory / 4),
            queued: None,
            memory: writing.memory,
            chunks: HashMap::new(),
            heaped: HashMap::new(),
            beside: None,
            waiting: 0,
            loose: Vec::new(),
            open: vec![(address, Open::new(root).map_err(refused)?)],
            file: Some(file),
            broken: None,
            partial,
            root: address,
            paths: HashMap::from([(address, "/".into())]),
            label: path.display().to_string(),
            place: Place::new(&path, policy),
            path,
            overwrite,
            durability: writing.durability,
            replaces,
        })
    }

    pub(super) fn path_of(&self, object: Address) -> String {
        self.paths.get(&object).cloned().unwrap_or_else(|| format!("address {}", object.0))
    }

    fn path_in(&self, parent: Address, name: &str) -> String {
        match self.path_of(parent).as_str() {
            "/" => format!("/{name}"),
            parent => format!("{parent}/{name}"),
        }
    }

    /// Adds the path of what an operation was about to its error.
    pub(super) fn located<T>(&self, path: String, outcome: Result<T>) -> Result<T> {
        outcome.map_err(|error| error.at(path).in_file(&self.label))
    }

    pub(super) fn file(&self) -> Result<&FileId> {
        self.file.as_ref().ok_or_else(|| Error::new(ErrorKind::Invalid, "the file is closed"))
    }

    /// The object, opened now or lately. Objects that were written to are closed with a check.
    pub(super) fn object(&mut self, address: Address) -> Result<&Open> {
        if !self.paths.contains_key(&address) {
            return Err(unknown(address));
        }
        let entry = match self.open.iter().position(|(other, _)| *other == address) {
            Some(at) => self.open.remove(at),
            None => {
                let object =
                    Object::open(self.file()?, address.0).map_err(failed("the object cannot be opened again"))?;
                (address, Open::new(object).map_err(failed("the object cannot be opened again"))?)
            }
        };
        self.keep(entry.0, entry.1)?;
        self.open.last().map(|(_, open)| open).ok_or_else(|| unknown(address))
    }

    /// Notes that the file is broken where the library could not write.
    pub(super) fn survived(&mut self, outcome: Result<(), Cause>, sentence: &'static str) -> Result<()> {
        outcome.map_err(|cause| {
            let error = cause.into_error(ErrorKind::Unsupported, sentence);
            self.give_up(&error);
            error
        })
    }

    /// Stores what is queued; an error where an earlier write has failed.
    fn check_whole(&mut self) -> Result<()> {
        self.check_unbroken()?;
        self.settle()
    }

    pub(super) fn check_unbroken(&self) -> Result<()> {
        match &self.broken {
            Some(error) => {
                Err(Error::new(error.kind(), "something could not be written, so the file cannot be completed")
                    .caused_by(error.clone())
                    .remedy("begin again"))
            }
            None => Ok(()),
        }
    }

    /// Notes that elements were stored. They are written out meanwhile, and not all at the end, when everybody waits.
    pub(super) fn stored(&mut self, bytes: usize) {
        const TOGETHER: usize = 16 << 20;
        self.waiting = self.waiting.saturating_add(bytes);
        if self.waiting >= TOGETHER && self.durability == Durability::OnDisk {
            self.waiting = 0;
            if let Ok(file) = self.direct_file() {
                platform::begin_write_out(file);
            }
        }
    }

    /// Notes that the file will never be whole.
    pub(super) fn give_up(&mut self, error: &Error) {
        self.broken.get_or_insert_with(|| error.clone());
    }

    /// Closes everything, if it can be; else gives it up.
    fn abandon(&mut self) {
        let flushed = self.open.iter().try_for_each(|(_, open)| open.flush());
        let whole =
            self.broken.is_none() && flushed.is_ok() && self.file.as_ref().is_none_or(|file| file.flush().is_ok());
        if whole {
            self.loose.clear();
            self.open.clear();
            self.file = None;
        } else {
            // The name goes, but the file stays open: at least it gives its space back.
            platform::empty(&self.partial.0);
            std::mem::forget(std::mem::take(&mut self.loose));
            std::mem::forget(std::mem::take(&mut self.open));
            std::mem::forget(self.file.take());
        }
    }

    fn keep(&mut self, address: Address, open: Open) -> Result<()> {
        self.open.push((address, open));
        if self.open.len() > KEPT_OPEN {
            if let Some((_, oldest)) = self.open.first() {
                let flushed = oldest.flush();
                self.survived(flushed, "the object cannot be completed")?;
            }
            let (_, oldest) = self.open.remove(0);
            let closed = oldest.close();
            self.survived(closed, "the object cannot be completed")?;
        }
        Ok(())
    }

    /// The group, if the name is free in it.
    fn group_for(&mut self, parent: Address, name: &[u8]) -> Result<&Object> {
        check_name(name)?;
        let group = &self.object(parent)?.object;
        if group.class().ok() != Some(ObjectClass::Group) {
            return Err(Error::new(ErrorKind::WrongType, "only a group holds other objects"));
        }
        if group.has_link(name).map_err(failed("the group cannot be searched"))? {
            return Err(Error::new(ErrorKind::Invalid, "the name is taken").remedy("choose another name"));
        }
        Ok(group)
    }

    pub(super) fn adopt(&mut self, object: Object, path: &str) -> Result<Address> {
        let address = Address(object.address().map_err(failed("the new object has no address"))?);
        self.paths.insert(address, path.into());
        let open = Open::new(object).map_err(failed("the new object is of no known kind"))?;
        self.keep(address, open)?;
        Ok(address)
    }

    /// The type to write with: the named one, if there is one, else a new one.
    pub(super) fn type_for(&mut self, dtype: &Dtype, named: Option<Address>) -> Result<Type> {
        let Some(address) = named else { return dtype::to_file(dtype) };
        if !self.paths.contains_key(&address) {
            return Err(unknown(address));
        }
        let unusable = |cause: Cause| cause.into_error(ErrorKind::Invalid, "the named datatype cannot be used");
        let of = Object::open(self.file()?, address.0).and_then(Object::into_datatype).map_err(unusable)?;
        let found = dtype::from_file(&of).map_err(unusable)?;
        if dtype::are_alike(&found, dtype) {
            Ok(of)
        } else {
            Err(Error::new(ErrorKind::Invalid, "the named datatype is another type than the elements are of")
                .expected(dtype.to_string())
                .found(found.to_string()))
        }
    }

    pub(super) fn check_references(&self, value: &Value) -> Result<()> {
        match value.addresses().into_iter().find(|address| !self.paths.contains_key(address)) {
            Some(address) => Err(unknown(address)),
            None => Ok(()),
        }
    }

    fn try_create_group(&mut self, parent: Address, name: &str, path: &str) -> Result<Address> {
        let bytes = names::to_file(name);
        let group = self.group_for(parent, &bytes)?.create_group(&bytes).map_err(failed("the group cannot be made"))?;
        self.adopt(group, path)
    }

    fn try_create_dataset(
        &mut self,
        parent: Address,
        name: &str,
        info: &DatasetInfo,
        form: Form,
        path: &str,
    ) -> Result<Address> {
        let bytes = names::to_file(name);
        dtype::check_readable(&info.dtype).map_err(failed("the dataset cannot be written"))?;
        let of = self.type_for(&info.dtype, info.named_type)?;
        if let Some(fill) = &info.fill {
            self.check_references(fill)?;
        }
        let creation = storage::creation(self.file()?, info, &of, form)?;
        let refused = |cause: Cause| cause.into_error(ErrorKind::Invalid, "the dataset cannot be made");
        let space = Space::new(&info.shape, info.max_shape.as_deref()).map_err(refused)?;
        let absent = match form {
            Form::Elements => Vec::new(),
            Form::RawChunks => filter::absent(&info.filters),
        };
        let group = self.group_for(parent, &bytes)?;
        let made = filter::with_stand_ins(&absent, || group.create_dataset(&bytes, &of, &space, &creation));
        let address = self.adopt(made.map_err(refused)?, path)?;
        if form == Form::Elements {
            self.encode_here(address, info);
        }
        Ok(address)
    }

    /// Notes what of a new dataset's elements is encoded here, and not by the library.
    pub(super) fn encode_here(&mut self, dataset: Address, info: &DatasetInfo) {
        if let Some(chunks) = Chunks::new(info) {
            self.chunks.insert(dataset, Arc::new(chunks));
        } else if let Some(heaped) = Heaped::new(info) {
            self.heaped.insert(dataset, Arc::new(heaped));
        }
    }

    fn try_create_datatype(&mut self, parent: Address, name: &str, dtype: &Dtype, path: &str) -> Result<Address> {
        let bytes = names::to_file(name);
        let of = dtype::to_file(dtype)?;
        let group = self.group_for(parent, &bytes)?;
        let object = group.commit_datatype(&bytes, of).map_err(failed("the named datatype cannot be made"))?;
        self.adopt(object, path)
    }

    fn try_link(&mut self, parent: Address, name: &str, link: &Link) -> Result<()> {
        let bytes = names::to_file(name);
        let refused = |cause: Cause| cause.into_error(ErrorKind::Invalid, "the link cannot be made");
        match link {
            Link::Hard(target) => {
                if !self.paths.contains_key(target) {
                    return Err(unknown(*target));
                }
                let target = Object::open(self.file()?, target.0).map_err(refused)?;
                self.group_for(parent, &bytes)?.link_hard(&bytes, &target).map_err(refused)?;
                target.close().map_err(refused)
            }
            Link::Soft(path) => {
                self.group_for(parent, &bytes)?.link_soft(&bytes, &names::to_file(path)).map_err(refused)
            }
            Link::External { file, path } => {
                let (file, path) = (names::to_file(file), names::to_file(path));
                self.group_for(parent, &bytes)?.link_external(&bytes, &file, &path).map_err(refused)
            }
        }
    }

    fn try_set_attribute(&mut self, object: Address, attribute: &Attribute) -> Result<()> {
        let Attribute { name, value, named_type } = attribute;
        let bytes = names::to_file(name);
        if bytes.is_empty() || bytes.contains(&0) {
            return Err(Error::new(ErrorKind::Invalid, "an attribute has a name, without null characters"));
        }
        let refused =
            |cause: Cause| cause.into_error(ErrorKind::Invalid, format!("the attribute \"{name}\" cannot be written"));
        dtype::check_readable(value.dtype()).map_err(refused)?;
        self.check_references(value)?;
        let of = self.type_for(value.dtype(), *named_type)?;
        let space = Space::new(value.shape(), None).map_err(refused)?;
        let too_large = |size: Option<u64>| {
            Error::new(ErrorKind::Limit, format!("the attribute \"{name}\" is too large for an object's header"))
                .expected("less than 65536 bytes, at 16 bytes for each text")
                .found(size.map_or("more".into(), |size| format!("{size} bytes")))
                .remedy("store it as a dataset")
        };
        let size = header_size(&bytes, value, &of).map_err(refused)?;
        if size.is_none_or(|size| size >= MESSAGE_LIMIT) {
            return Err(too_large(size));
        }
        let elements = Prepared::new(self.file()?, value).map_err(refused)?;
        let owner = &self.object(object)?.object;
        if owner.has_attribute(&bytes).map_err(refused)? {
            return Err(Error::new(ErrorKind::Invalid, format!("the attribute \"{name}\" is there already")));
        }
        let made = AttributeId::create(owner, &bytes, &of, &space).map_err(|cause| {
            if cause.says("object header message is too large") { too_large(size) } else { refused(cause) }
        })?;
        let written = if value.bytes().is_empty() { Ok(()) } else { made.write(&of, &elements) };
        let written = written.and(made.close());
        self.survived(written, "an attribute cannot be written")
    }

    fn try_write(&mut self, dataset: Address, region: &Region, value: &Value) -> Result<()> {
        self.check_references(value)?;
        let refused = |cause: Cause| cause.into_error(ErrorKind::Invalid, "the elements cannot be written");
        let prepared = Prepared::new(self.file()?, value).map_err(refused)?;
        self.object(dataset)?;
        let Some((_, open)) = self.open.last_mut() else { return Err(unknown(dataset)) };
        if !open.is_dataset {
            return Err(Error::new(ErrorKind::WrongType, "only a dataset has elements"));
        }
        let target = match &mut open.dataset {
            Some(target) => target,
            none => none.insert(OpenDataset::new(&open.object).map_err(refused)?),
        };
        if !dtype::are_alike(&target.dtype, value.dtype()) {
            return Err(Error::new(ErrorKind::Invalid, "the elements are of another type than the dataset")
                .expected(target.dtype.to_string())
                .found(value.dtype().to_string()));
        }
        if *value.shape() != Shape::Null && value.shape().dims() != region.shape() {
            return Err(Error::new(ErrorKind::Invalid, "the elements have another shape than their places")
                .expected(format!("{:?}", region.shape()))
                .found(value.shape().to_string()));
        }
        let transfer = Transfer::new(&target.space, region).map_err(refused)?;
        let written = open.object.write(&target.of, &transfer, &prepared);
        self.survived(written, "the elements cannot be written")
    }

    pub(super) fn try_write_raw_chunk(&mut self, dataset: Address, offset: &[u64], chunk: &RawChunk) -> Result<()> {
        let open = self.object(dataset)?;
        if !open.is_dataset {
            return Err(Error::new(ErrorKind::WrongType, "only a dataset has chunks"));
        }
        let written = open.object.write_raw_chunk(offset, chunk);
        self.survived(written, "a chunk cannot be written")?;
        self.stored(chunk.bytes.len());
        Ok(())
    }

    /// Closes everything and puts the file into its place.
    fn finish(&mut self, check: Option<Check<'_>>) -> Result<()> {
        let sentence = "the file cannot be completed";
        for (_, unused) in std::mem::take(&mut self.loose) {
            let closed = unused.flush_dataset().and_then(|()| unused.close());
            self.survived(closed, sentence)?;
        }
        let flushed = self.open.iter().try_for_each(|(_, open)| open.flush());
        self.survived(flushed, sentence)?;
        let flushed = self.file()?.flush();
        self.survived(flushed, sentence)?;
        for (_, open) in std::mem::take(&mut self.open) {
            let closed = open.close();
            self.survived(closed, sentence)?;
        }
        if let Some(file) = self.file.take() {
            let closed = file.close();
            self.survived(closed, sentence)?;
        }
        let refused = |source: std::io::Error| {
            if source.kind() == std::io::ErrorKind::AlreadyExists {
                taken()
            } else {
                Error::new(ErrorKind::Io, "the file cannot be completed").caused_by(source)
            }
        };
        if self.durability == Durability::OnDisk {
            platform::sync(&self.partial.0).map_err(refused)?;
        }
        if let Some(check) = check {
            let unseen: Arc<dyn Backend> = Arc::new(File::open(&self.partial.0, Arc::clone(self.place.policy()))?);
            check(&unseen)?;
        }
        if self.replaces.is_some() && platform::identity(&self.path) != self.replaces {
            return Err(changed());
        }
        platform::publish(&self.partial.0, &self.path, self.overwrite, self.durability).map_err(refused)
    }
}

pub(super) fn unknown(address: Address) -> Error {
    Error::new(ErrorKind::Invalid, "there is no such object in the new file")
        .found(format!("address {}", address.0))
        .remedy("make the object before anything points to it")
}

impl Drop for NewTransaction {
    fn drop(&mut self) {
        self.abandon();
    }
}

impl Transaction for NewTransaction {
    fn root(&self) -> Address {
        self.root
    }

    fn create_group(&mut self, parent: Address, name: &str) -> Result<Address> {
        let path = self.path_in(parent, name);
        let made = self.check_whole().and_then(|()| self.try_create_group(parent, name, &path));
        self.located(path, made)
    }

    fn create_dataset(&mut self, parent: Address, name: &str, info: &DatasetInfo) -> Result<Address> {
        let path = self.path_in(parent, name);
        let made = self.check_whole().and_then(|()| self.try_create_dataset(parent, name, info, Form::Elements, &path));
        self.located(path, made)
    }

    fn create_loose_dataset(&mut self, info: &DatasetInfo) -> Result<Address> {
        let path = "(a stream)".to_owned();
        let made = self.check_whole().and_then(|()| self.try_create_loose(info, &path));
        self.located(path, made)
    }

    fn extend(&mut self, dataset: Address, rows: u64) -> Result<()> {
        let path = self.path_of(dataset);
        // What is queued can wait: a longer dataset takes no place in the file.
        let grown = self.check_unbroken().and_then(|()| self.try_extend(dataset, rows));
        self.located(path, grown)
    }

    fn create_raw_dataset(&mut self, parent: Address, name: &str, info: &DatasetInfo) -> Result<Option<Address>> {
        let path = self.path_in(parent, name);
        let form = Form::RawChunks;
        let made = self.check_whole().and_then(|()| self.try_create_dataset(parent, name, info, form, &path));
        self.located(path, made).map(Some)
    }

    fn write_raw_chunk(&mut self, dataset: Address, offset: &[u64], chunk: &RawChunk) -> Result<()> {
        let path = self.path_of(dataset);
        let written = self.check_whole().and_then(|()| self.try_write_raw_chunk(dataset, offset, chunk));
        self.located(path, written)
    }

    fn create_datatype(&mut self, parent: Address, name: &str, dtype: &Dtype) -> Result<Address> {
        let path = self.path_in(parent, name);
        let made = self.check_whole().and_then(|()| self.try_create_datatype(parent, name, dtype, &path));
        self.located(path, made)
    }

    fn link(&mut self, parent: Address, name: &str, link: &Link) -> Result<()> {
        let path = self.path_in(parent, name);
        let made = self.check_whole().and_then(|()| self.try_link(parent, name, link));
        let made = match link {
            Link::Hard(target) => made.and_then(|()| self.settle_loose(*target, &path)),
            _ => made,
        };
        self.located(path, made)
    }

    fn set_attribute(&mut self, object: Address, attribute: &Attribute) -> Result<()> {
        let path = self.path_of(object);
        let set = self.check_whole().and_then(|()| self.try_set_attribute(object, attribute));
        self.located(path, set)
    }

    fn write(&mut self, dataset: Address, region: &Region, value: &Value) -> Result<()> {
        let path = self.path_of(dataset);
        let written = self.check_unbroken().and_then(|()| match self.cut(dataset, region, value) {
            Some((chunks, cut)) => self.queue(dataset, chunks, cut, value),
            None => self.write_heaped(dataset, region, value).and_then(|done| match done {
                true => Ok(()),
                false => self.settle().and_then(|()| self.try_write(dataset, region, value)),
            }),
        });
        self.located(path, written)
    }

    fn memory(&self) -> u64 {
        self.memory
    }

    fn surroundings(&self) -> Option<Arc<dyn Surroundings>> {
        Some(Arc::new(self.place.clone()))
    }

    fn commit(mut self: Box<Self>) -> Result<Arc<dyn Backend>> {
        let done = self.check_whole().and_then(|()| self.finish(None));
        done.map_err(|error| error.in_file(&self.label))?;
        Ok(Arc::new(File::open(&self.path, Arc::clone(self.place.policy()))?))
    }

    fn commit_checked(
        mut self: Box<Self>,
        check: &mut dyn FnMut(&Arc<dyn Backend>) -> Result<()>,
    ) -> Result<Arc<dyn Backend>> {
        let done = self.check_whole().and_then(|()| self.finish(Some(check)));
        done.map_err(|error| error.in_file(&self.label))?;
        Ok(Arc::new(File::open(&self.path, Arc::clone(self.place.policy()))?))
    }
}
