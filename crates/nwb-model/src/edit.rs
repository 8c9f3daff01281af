//! Changes to a file: collected, checked against the schema one by one, and written all at once.

#[cfg(feature = "mock")]
mod drafts;
mod namespaces;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};
use nwb_schema::embedded;
use rpds::HashTrieMapSync;

use crate::backend::{Address, Backend, DatasetInfo, Link, NodeKind, Store};
use crate::catalog::version_key;
use crate::copy::{Losses, Progress, copy_tree};
use crate::data::{Data, Source};
use crate::draft::{Draft, Handle, Link as LinkTo, Owner};
use crate::error::{Error, ErrorKind, Result};
use crate::ext::{RowBuilder, TimeAxis};
use crate::file::File;
use crate::materialise::{Builder, Pending};
use crate::memory::{MemoryKind, MemoryNode, Objects};
use crate::place::Place;
use crate::profile::Profile;
use crate::stream::{Early, Hold, Stream};
use crate::time::Timestamp;
use crate::tree::Object;
use crate::types::{DynamicTable, NwbFile, TimeSeries};
use crate::value::{Shape, Value};
use crate::view::{IsA, NeurodataType};

/// How new objects get their ids.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum ObjectIds {
    /// At random: no two objects anywhere have the same.
    #[default]
    Random,
    /// The version-5 UUID of the object's path in this namespace: the same file made again has the same ids.
    OfPath(uuid::Uuid),
}

impl ObjectIds {
    /// An id for a new object at that path.
    pub(crate) fn id_of(&self, path: &str) -> uuid::Uuid {
        match self {
            Self::Random => uuid::Uuid::new_v4(),
            Self::OfPath(namespace) => uuid::Uuid::new_v5(namespace, path.as_bytes()),
        }
    }
}

/// What an edit takes from outside, so that it can be told. With ids and time given, the same edits give the same bytes.
#[derive(Clone, Debug, Default)]
pub struct EditOptions {
    /// How new objects get their ids.
    pub object_ids: ObjectIds,
    /// The time that is written as that of the change; the time of the commit, in UTC, if it is not given.
    pub now: Option<DateTime<FixedOffset>>,
    /// How new datasets are stored where nobody says it for one of them; those of the file that is edited stay as they are.
    pub profile: Profile,
}

impl EditOptions {
    /// The same, with datasets stored after this profile.
    #[must_use]
    pub fn profile(self, profile: Profile) -> Self {
        Self { profile, ..self }
    }
}

/// Changes to a file that are not written yet.
///
/// Each call is checked against the schema and refused as a whole if something is wrong: the edit is as it was before.
/// [`commit`](Self::commit) writes; dropping the edit leaves everything as it was.
#[derive(Debug)]
pub struct Edit {
    objects: Objects,
    base: Option<Object>,
    store: Box<dyn Store>,
    owner: Owner,
    ids: ObjectIds,
    now: Option<DateTime<FixedOffset>>,
    profile: Profile,
    /// Where each new object lies.
    paths: HashTrieMapSync<Address, String>,
    pending: Vec<Pending>,
    catalog: nwb_schema::Catalog,
    /// The new file, where something is written to it before the commit.
    early: Option<Hold>,
}

impl Edit {
    /// Begins a new file, which is written to `store` on commit.
    ///
    /// # Errors
    /// When a field is not as the schema wants it.
    pub fn create(
        store: impl Store,
        label: &str,
        file: impl Into<Draft<NwbFile>>,
        options: EditOptions,
    ) -> Result<Self> {
        let mut edit = {
            let objects = Objects::empty(label, store.surroundings());
            Self::new(objects, None, Box::new(store), options, embedded::catalog().clone())
        };
        let now = edit.now();
        let mut draft = file.into();
        if let Some(start) = draft.node.members.get("session_start_time").and_then(|start| start.data.clone()) {
            draft.node.members.entry("timestamps_reference_time".into()).or_default().data.get_or_insert(start);
        }
        let created = Value::ascii(Timestamp::from(now).as_str()).reshaped(Shape::Simple(vec![1]))?;
        draft.node.dataset("file_create_date", created);
        let root = edit.objects.root();
        edit.change_with(draft.node, |builder, node| builder.root(root, node))?;
        edit.paths.insert_mut(root, "/".into());
        Ok(edit)
    }

    /// Begins to change an open file.
    pub(crate) fn of(file: &File, store: Box<dyn Store>, options: EditOptions) -> Self {
        let root = file.object().root();
        let catalog = root.node_ref().catalog().clone();
        Self::new(Objects::over(Arc::clone(file.backend())), Some(root), store, options, catalog)
    }

    fn new(
        objects: Objects,
        base: Option<Object>,
        store: Box<dyn Store>,
        options: EditOptions,
        catalog: nwb_schema::Catalog,
    ) -> Self {
        let EditOptions { object_ids, now, profile } = options;
        // Not an id of anything stored: it only tells the handles of one edit from those of another.
        let owner = Owner(uuid::Uuid::new_v4().as_u64_pair().0);
        Self {
            objects,
            base,
            store,
            owner,
            ids: object_ids,
            now,
            profile,
            paths: HashTrieMapSync::new_sync(),
            pending: Vec::new(),
            catalog,
            early: None,
        }
    }

    fn builder(&mut self) -> Builder<'_> {
        Builder {
            objects: &mut self.objects,
            base: self.base.as_ref(),
            catalog: &self.catalog,
            owner: self.owner,
            ids: &self.ids,
            profile: &self.profile,
            paths: &mut self.paths,
            pending: &mut self.pending,
        }
    }

    /// Runs a change, and undoes all of it if it fails: objects that are there already are only changed as its last step.
    fn atomically<R>(&mut self, change: impl FnOnce(&mut Builder<'_>) -> Result<R>) -> Result<R> {
        let before = (self.objects.mark(), self.pending.len());
        let done = change(&mut self.builder()).map_err(|error| error.in_file(self.objects.label()));
        if done.is_err() {
            for address in before.0.0..self.objects.mark().0 {
                self.paths.remove_mut(&Address(address));
            }
            self.objects.undo_to(before.0);
            self.pending.truncate(before.1);
        }
        done
    }

    /// Runs several changes, and undoes all of them if one fails.
    pub(crate) fn all_or_nothing<R>(&mut self, changes: impl FnOnce(&mut Self) -> Result<R>) -> Result<R> {
        let before = (self.objects.clone(), self.paths.clone(), self.pending.clone());
        let done = changes(self);
        if done.is_err() {
            (self.objects, self.paths, self.pending) = before;
        }
        done
    }

    /// The handle of an object of the view.
    pub(crate) fn handle_of<T>(&self, object: &Object) -> Handle<T> {
        Handle::new(object.address(), self.owner)
    }

    /// Inserts an object at the one place that the schema has for its type: a `Device` into `/general/devices`, a
    /// `ProcessingModule` into `/processing`.
    ///
    /// # Errors
    /// When the type has no such place or more than one, the name is taken or not allowed, or the object is not as its type wants it.
    pub fn insert<T: NeurodataType>(&mut self, draft: Draft<T>) -> Result<Handle<T>> {
        let owner = self.owner;
        self.change_with(draft.node, |builder, node| Ok(Handle::new(builder.insert_at_home(node)?, owner)))
    }

    /// Inserts an object at a place: [`Place::Acquisition`], or any object that can hold it, by its handle.
    ///
    /// # Errors
    /// When an object of this type cannot be there, the name is taken or not allowed, or the object is not as its type wants it.
    pub fn insert_in<T: NeurodataType>(&mut self, place: impl Into<Place>, draft: Draft<T>) -> Result<Handle<T>> {
        let (owner, place) = (self.owner, place.into());
        self.change_with(draft.node, |builder, node| Ok(Handle::new(builder.insert_in(&place, node)?, owner)))
    }

    /// Puts a link where an object could be: to one of this file that lies elsewhere, or to one of another file. Readers find the
    /// object under the name.
    ///
    /// ```no_run
    /// # use nwb_model::{draft::{External, Link}, edit::Edit, place::Place, types::TimeSeries};
    /// # fn example(edit: &mut Edit) -> nwb_model::Result<()> {
    /// let running = External::file("raw/running.nwb", "/acquisition/running");
    /// edit.link_in::<TimeSeries>(Place::Acquisition, "running", running)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When an object of this type cannot be there, or the name is taken or not allowed.
    pub fn link_in<T: NeurodataType>(
        &mut self,
        place: impl Into<Place>,
        name: impl AsRef<str>,
        target: impl Into<LinkTo<T>>,
    ) -> Result<()> {
        let (place, target) = (place.into(), target.into().target);
        self.atomically(|builder| builder.link_in(&place, name.as_ref(), &target, (T::NAMESPACE, T::NAME)))
    }

    /// Changes fields of an object: those that are set on the draft, and no others.
    ///
    /// ```no_run
    /// # use nwb_model::{edit::Edit, draft::Handle, types::{ImagingPlane, ImagingPlaneSet}};
    /// # fn example(edit: &mut Edit, plane: Handle<ImagingPlane>) -> nwb_model::Result<()> {
    /// edit.update(plane, |plane| plane.location("VISp").imaging_rate(30.0))?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When a value is not as the schema wants it.
    pub fn update<T: NeurodataType>(
        &mut self,
        handle: Handle<T>,
        change: impl FnOnce(Draft<T>) -> Draft<T>,
    ) -> Result<()> {
        let draft = change(Draft::begin(None));
        self.change_with(draft.node, |builder, node| builder.update(handle.address, handle.owner, node))
    }

    /// Begins to add rows to a table that is there: one of the file that is being edited, or one that was inserted.
    ///
    /// The rows come into the edit by [`append`](Self::append).
    ///
    /// # Errors
    /// When the table cannot be read, its columns differ in length, or an index does not fit its elements.
    pub fn rows<T: IsA<DynamicTable>>(&self, table: Handle<T>) -> Result<RowBuilder<Handle<T>>> {
        if table.owner != self.owner {
            return Err(Error::new(ErrorKind::Invalid, "the handle is of another edit"));
        }
        let view = Object::root_of(Arc::new(self.objects.clone()));
        let stored = view.resolve(table.address).ok_or_else(|| Error::new(ErrorKind::NotFound, "the table is null"))?;
        RowBuilder::of_stored(table, &stored.cast()?, self.owner, &self.catalog)
    }

    /// Adds rows to the table that they were begun for. Its columns keep their chunks and filters; a type becomes wider where
    /// the new rows need it. The old rows are read when the file is written.
    ///
    /// # Errors
    /// When the table was changed since, or a cell does not fit what is stored; then nothing is added.
    pub fn append<T: IsA<DynamicTable>>(&mut self, rows: RowBuilder<Handle<T>>) -> Result<()> {
        if rows.target().owner != self.owner {
            return Err(Error::new(ErrorKind::Invalid, "the rows are of another edit"));
        }
        self.atomically(|builder| rows.append(builder))
    }

    /// Begins a dataset whose elements are written while they come in: `Data::empty` says of what type and shape its rows are,
    /// and how they are stored. The unfinished file is there from now on, under a name that nobody takes for a whole one.
    ///
    /// # Errors
    /// When the place cannot be written to, or the elements cannot be stored so.
    pub fn stream(&mut self, data: Data) -> Result<Stream> {
        let early = match &self.early {
            Some(early) => Arc::clone(&early.0),
            None => Arc::clone(&self.early.insert(Hold(Arc::new(Early::begin(&*self.store)?))).0),
        };
        Stream::begin(early, self.owner, data, &self.profile).map_err(|error| error.in_file(self.objects.label()))
    }

    /// Writes blocks of elements from an iterator until it ends, in bounded memory; what comes of it is the data of one object of this
    /// edit. For elements of which nobody knows beforehand how many they are; the blocks are as those of
    /// [`Stream::push`](crate::stream::Stream::push), of any size.
    ///
    /// ```
    /// # use nwb_model::{data::Data, edit::{Edit, EditOptions}, memory::Memory, types::*, time::Timestamp};
    /// # fn main() -> nwb_model::Result<()> {
    /// # let init = NwbFileInit { identifier: "a".into(), session_description: "b".into(), session_start_time: Timestamp::parse("2024-03-05T09:41:07Z")? };
    /// # let mut edit = Edit::create(Memory::new("session"), "session", init, EditOptions::default())?;
    /// # let camera = std::iter::repeat_with(|| nwb_model::ndarray::Array3::<u16>::zeros((10, 64, 32))).take(7);
    /// let frames = edit.stream_blocks(Data::empty::<u16>(&[64, 32]), camera.map(Ok))?;
    /// assert_eq!(frames.shape().dims(), [70, 64, 32]);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As of [`stream`](Self::stream) and of `push`. When the iterator gives an error: nothing of what came before it is in any
    /// file, and the edit can go on.
    pub fn stream_blocks<B: Into<Data>>(
        &mut self,
        data: Data,
        blocks: impl IntoIterator<Item = Result<B>>,
    ) -> Result<Data> {
        let mut stream = self.stream(data)?;
        for block in blocks {
            stream.push(block?)?;
        }
        stream.finish()
    }

    /// The handle of the file's root, for its metadata.
    #[must_use]
    pub fn root(&self) -> Handle<NwbFile> {
        Handle::new(self.objects.root(), self.owner)
    }

    /// The handle of an object of the file that is being edited.
    ///
    /// # Errors
    /// When the object is of another file, or of another state of it.
    pub fn handle<T: NeurodataType>(&self, view: &T) -> Result<Handle<T>> {
        let object = view.object();
        match &self.base {
            Some(base) if base.is_in_file_of(object) => Ok(Handle::new(object.address(), self.owner)),
            _ => Err(object.fail(
                Error::new(ErrorKind::Invalid, "the object is not of the file that is being edited")
                    .remedy("begin the edit from the same opened file"),
            )),
        }
    }

    /// The handle of the same object as one of another type that it is of: of [`Dynamic`](crate::dynamic::Dynamic) as the type above
    /// its own that there is code for.
    ///
    /// # Errors
    /// When the handle is of another edit, or the object is of another type.
    pub fn cast<T: NeurodataType, U>(&self, handle: Handle<U>) -> Result<Handle<T>> {
        if handle.owner != self.owner {
            return Err(Error::new(ErrorKind::Invalid, "the handle is of another edit"));
        }
        let view = Object::root_of(Arc::new(self.objects.clone()));
        let object =
            view.resolve(handle.address).ok_or_else(|| Error::new(ErrorKind::NotFound, "the object is null"))?;
        object.cast::<T>()?;
        Ok(Handle::new(handle.address, self.owner))
    }

    /// The handle of an object inside of another: a `PlaneSegmentation` that was inserted together with its `ImageSegmentation`.
    ///
    /// # Errors
    /// When there is none of that name, or it is of another type.
    pub fn child<T: NeurodataType, P>(&self, parent: Handle<P>, name: &str) -> Result<Handle<T>> {
        if parent.owner != self.owner {
            return Err(Error::new(ErrorKind::Invalid, "the handle is of another edit"));
        }
        let view = Object::root_of(Arc::new(self.objects.clone()));
        // By its path where that is known: to find the name of an object by its address takes a walk of the whole file.
        let known = self.paths.get(&parent.address).and_then(|path| view.get(path).ok());
        let known = known.filter(|known| known.address() == parent.address);
        let parent = known
            .or_else(|| view.resolve(parent.address))
            .ok_or_else(|| Error::new(ErrorKind::NotFound, "the parent is null"))?;
        let object = parent.get(name)?;
        if !object.is_in_file_of(&view) {
            return Err(object.fail(
                Error::new(ErrorKind::Invalid, "the object is of another file, to which a link leads")
                    .remedy("use `External` for objects of other files"),
            ));
        }
        object.cast::<T>()?;
        Ok(Handle::new(object.address(), self.owner))
    }

    /// When the samples of a series were taken, one that was inserted just now for example.
    ///
    /// # Errors
    /// When the series does not say when its samples were taken.
    pub fn time_axis<T: IsA<TimeSeries>>(&self, series: Handle<T>) -> Result<TimeAxis> {
        self.read(series.upcast::<TimeSeries>())?.time_axis()
    }

    /// An object as it will be: with all changes so far.
    ///
    /// # Errors
    /// When the handle is of another edit.
    pub fn read<T: NeurodataType>(&self, handle: Handle<T>) -> Result<T> {
        if handle.owner != self.owner {
            return Err(Error::new(ErrorKind::Invalid, "the handle is of another edit"));
        }
        let view = Object::root_of(Arc::new(self.objects.clone()));
        let object = view.resolve(handle.address);
        object.ok_or_else(|| Error::new(ErrorKind::NotFound, "the object is null"))?.cast()
    }

    /// The file as it will be: with all changes so far.
    ///
    /// # Errors
    /// When the root is no NWB file.
    pub fn view(&self) -> Result<File> {
        File::from_backend(Arc::new(self.objects.clone()))
    }

    fn now(&self) -> DateTime<FixedOffset> {
        self.now.unwrap_or_else(|| Utc::now().fixed_offset())
    }

    /// Checks the whole, writes it, and opens what was written.
    ///
    /// # Errors
    /// When something required is missing, or the file cannot be written; then what was there before is there still.
    pub fn commit(self) -> Result<File> {
        Ok(self.commit_with(&mut |_| {})?.0)
    }

    /// As [`commit`](Self::commit), tells how far it is, and at the end what of the file that was edited could not be kept.
    ///
    /// # Errors
    /// As `commit`.
    pub fn commit_with(mut self, progress: &mut dyn FnMut(Progress)) -> Result<(File, Losses)> {
        let pending = std::mem::take(&mut self.pending);
        let view = Object::root_of(Arc::new(self.objects.clone()));
        for pending in pending {
            pending.check(&view)?;
        }
        if self.objects.is_changed() {
            self.stamp()?;
        }
        let mut transaction = match self.early.take() {
            Some(early) => early.0.take()?,
            None => self.store.begin()?,
        };
        let losses = copy_tree(&self.objects, &mut *transaction, progress)?;
        Ok((File::from_backend(transaction.commit()?)?, losses))
    }

    /// Caches our specs, sets the version, and notes the time of the change.
    fn stamp(&mut self) -> Result<()> {
        let root = self.objects.root();
        let specifications = self.group_in(root, "specifications")?;
        self.cache_embedded()?;
        self.set_version(root)?;
        self.objects.change(root)?.set_attribute(".specloc", Value::reference(specifications));
        if self.base.is_some() {
            self.note_time(root)?;
        }
        Ok(())
    }

    /// The version of our schema, unless the file is of a newer one: the cached specs do not tell, exported files have newer ones.
    fn set_version(&mut self, root: Address) -> Result<()> {
        let node = self.objects.node(root)?;
        let stored = node.attributes.iter().find(|attribute| attribute.name == "nwb_version");
        let stored = stored.and_then(|attribute| attribute.value.as_text().ok()).map(version_key);
        for core in embedded::namespaces().iter().filter(|namespace| namespace.name == "core") {
            if stored.as_ref().is_none_or(|stored| *stored < version_key(core.version)) {
                self.objects.change(root)?.set_attribute("nwb_version", Value::text(core.version));
            }
        }
        Ok(())
    }

    /// Adds the time of the change to `file_create_date`, as the schema asks for.
    fn note_time(&mut self, root: Address) -> Result<()> {
        let now = Timestamp::from(self.now()).as_str().to_owned();
        let texts = |times: Vec<String>| Value::texts(times).relabelled(crate::dtype::Dtype::ASCII).map(Data::from);
        if let Some(Link::Hard(old)) = self.links(root)?.get("file_create_date").cloned()
            && let NodeKind::Dataset(stored) = self.objects.node(old)?.kind
        {
            let value = self.objects.read(old, &crate::selection::Region::all(stored.shape.dims()))?;
            let mut times: Vec<String> = value.as_texts()?.into_iter().map(str::to_owned).collect();
            times.push(now);
            // Only its elements change: attributes, other names, and references to it stay.
            let (source, mut info) = texts(times)?.into_parts();
            if stored.shape.dims().len() == 1 && stored.max_shape.as_ref().is_some_and(|most| most.contains(&None)) {
                (info.max_shape, info.layout, info.filters) = (stored.max_shape, stored.layout, stored.filters);
            }
            self.objects.change(old)?.kind = MemoryKind::Dataset(info, source);
            return Ok(());
        }
        let (source, info) = texts(vec![now])?.into_parts();
        self.add_dataset(root, "file_create_date", info, source)
    }

    fn links(&self, group: Address) -> Result<HashMap<String, Link>> {
        Ok(match self.objects.node(group)?.kind {
            NodeKind::Group(links) => links.into_iter().collect(),
            _ => HashMap::new(),
        })
    }

    fn group_in(&mut self, parent: Address, name: &str) -> Result<Address> {
        if let Some(Link::Hard(found)) = self.links(parent)?.get(name) {
            return Ok(*found);
        }
        let made = self.objects.add(MemoryNode::group());
        self.objects.change(parent)?.links_mut()?.insert(name.into(), Link::Hard(made));
        Ok(made)
    }

    fn add_dataset(&mut self, parent: Address, name: &str, info: Box<DatasetInfo>, source: Source) -> Result<()> {
        let made = self.objects.add(MemoryNode::of(MemoryKind::Dataset(info, source)));
        self.objects.change(parent)?.links_mut()?.insert(name.into(), Link::Hard(made));
        Ok(())
    }
}
