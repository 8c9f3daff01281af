//! An open NWB file.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use nwb_schema::spec::Release;

use crate::backend::{Backend, Store};
use crate::copy::{Losses, Progress, copy_tree};
use crate::edit::{Edit, EditOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::index::Index;
use crate::memory::Memory;
use crate::tree::Object;
use crate::types::NwbFile;
use crate::view::NeurodataType;

/// An open NWB file: a snapshot that does not change. It is a view of the root, [`NwbFile`], and of all below it.
///
/// Cheap to clone; the file stays open as long as a view of it or of anything in it is alive.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    root: NwbFile,
}

impl File {
    /// Looks at a file that a backend has opened.
    ///
    /// # Errors
    /// When it is no NWB 2 file.
    pub fn from_backend(backend: Arc<dyn Backend>) -> Result<Self> {
        let root = Object::root_of(backend);
        check_version(&root)?;
        Ok(Self { root: NwbFile::from_object(root) })
    }

    /// The file's name.
    #[must_use]
    pub fn label(&self) -> &str {
        self.root.object().file()
    }

    /// The object at a path.
    ///
    /// # Errors
    /// When there is none, or something on the way cannot be read.
    pub fn get(&self, path: &str) -> Result<Object> {
        self.root.object().get(path)
    }

    /// All objects of a type and of types that extend it, in the order of their paths. Walks the whole file.
    ///
    /// What cannot be read is passed over: [`diagnose`](Self::diagnose) tells of it.
    ///
    /// # Errors
    /// When the root cannot be read.
    pub fn find<T: NeurodataType>(&self) -> Result<Vec<T>> {
        let mut found = Vec::new();
        for object in self.root.object().descendants()? {
            if object.is::<T>().unwrap_or(false) {
                found.push(T::from_object(object));
            }
        }
        Ok(found)
    }

    /// Walks the whole file once, for look-ups by object id and for what leads to an object.
    ///
    /// # Errors
    /// When a group cannot be read.
    pub fn scan(&self) -> Result<Index> {
        Index::of(self.root.object())
    }

    /// The same file with namespaces known that it did not bring along: objects of their types are then of the types above them, and
    /// have fields by name. What the file has cached itself stays as it is.
    ///
    /// The file is not changed; an edit that begins with what is returned caches the namespaces in it.
    ///
    /// # Errors
    /// As for [`Edit::use_namespace`], except that the file may have a newer version.
    pub fn with_namespaces<R: Into<Arc<Release>>>(&self, namespaces: impl IntoIterator<Item = R>) -> Result<Self> {
        let mut edit = Edit::of(self, Box::new(Memory::new(self.label())), EditOptions::default());
        for namespace in namespaces {
            let namespace = namespace.into();
            if edit.catalog().release(&namespace.namespace.name).is_none() {
                edit.use_namespace(namespace)?;
            }
        }
        edit.view()
    }

    /// Begins to change the file. On commit the changed file takes its place; views of this one go on reading the old one.
    ///
    /// # Errors
    /// When the backend cannot write.
    pub fn edit(&self, options: EditOptions) -> Result<Edit> {
        Ok(Edit::of(self, self.backend().store()?, options))
    }

    /// Begins to change the file, and leaves it as it is: on commit the changed file is written to `store`.
    #[must_use]
    pub fn edit_to(&self, store: impl Store, options: EditOptions) -> Edit {
        Edit::of(self, Box::new(store), options)
    }

    /// Writes all that is in the file anew, as it stands: types, ids, links, references, chunks and filters kept.
    ///
    /// # Errors
    /// When something cannot be read or written.
    pub fn export(&self, store: &dyn Store, progress: &mut dyn FnMut(Progress)) -> Result<(Self, Losses)> {
        let mut transaction = store.begin()?;
        let losses = copy_tree(&**self.backend(), &mut *transaction, progress)?;
        Ok((Self::from_backend(transaction.commit()?)?, losses))
    }

    pub(crate) fn backend(&self) -> &Arc<dyn Backend> {
        self.root.object().backend()
    }
}

impl Deref for File {
    type Target = NwbFile;

    fn deref(&self) -> &NwbFile {
        &self.root
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("File").field(&self.label()).finish()
    }
}

/// Refuses what is no NWB 2 file, in one sentence.
fn check_version(root: &Object) -> Result<()> {
    let attribute = root.attribute("nwb_version")?;
    let version = attribute.and_then(|value| value.as_text().ok());
    let old = || {
        root.child("nwb_version")
            .ok()
            .flatten()
            .and_then(|at| at.dataset().ok()?.read_texts(..).ok()?.into_iter().next())
    };
    let refuse = |message: &str| Error::new(ErrorKind::NotNwb, message).in_file(root.file());
    match version.map(str::to_owned).or_else(old) {
        None if attribute.is_some() => {
            Err(refuse("the file's \"nwb_version\" is no version of NWB").expected("a text, such as \"2.11.0\""))
        }
        None => Err(refuse("this is an HDF5 file, but no NWB file: its root has no attribute \"nwb_version\"")
            .remedy("look at it with an HDF5 tool, such as h5ls")),
        Some(version) => {
            match version.trim_start_matches("NWB-").split(['.', 'b']).next().and_then(|n| n.parse::<u32>().ok()) {
                Some(2..) => Ok(()),
                Some(_) => Err(refuse("this is a file of NWB 1, which has another structure than NWB 2")
                    .found(format!("version \"{version}\""))
                    .remedy("convert it to NWB 2 with the tools of its origin")),
                None => Err(refuse("the file's \"nwb_version\" is no version of NWB").found(format!("\"{version}\""))),
            }
        }
    }
}
