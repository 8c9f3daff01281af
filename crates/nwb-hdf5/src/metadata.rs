//! The way by which objects are read: without the library, through it, or both.

mod compare;
mod library;

use std::fmt::Debug;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use nwb_model::backend::{Address, DatasetInfo, Link, Node};
use nwb_model::selection::Region;
use nwb_model::value::Value;
use nwb_model::{Error, ErrorKind, Result};

use crate::direct::Direct;
use crate::format::{Declined, Format};
use crate::place::Place;
use crate::reading::Route;
use crate::{names, platform};
pub(crate) use library::Library;

/// What is read of a file beside its elements.
trait Metadata: Debug {
    /// One object.
    fn node(&self, object: Address) -> Result<Node>;

    /// How the elements of a dataset can be read without the library, if they can: where they lie, and how they are encoded.
    fn direct(&self, dataset: Address) -> Result<Option<Direct>>;
}

impl Metadata for Format {
    fn node(&self, object: Address) -> Result<Node> {
        self.node(object).map_err(|declined| refused(declined).found(format!("address {}", object.0)))
    }

    fn direct(&self, dataset: Address) -> Result<Option<Direct>> {
        self.described(dataset).map(Direct::new).map_err(refused)
    }
}

fn refused(declined: Declined) -> Error {
    let Declined(reason) = declined;
    if declined.is_fatal() {
        return Error::new(ErrorKind::Malformed, "the object is damaged").found(reason);
    }
    Error::new(ErrorKind::Unsupported, format!("only the library can read this: {reason}"))
}

/// The objects of a file.
#[derive(Debug)]
pub(crate) struct Objects {
    /// `None` where all of the file is left to the library.
    format: Option<Format>,
    library: Library,
    root: Address,
    route: Route,
}

impl Objects {
    /// Opens a file; `user_block` is where its superblock begins.
    pub(crate) fn open(path: &Path, file: &Arc<File>, user_block: u64, place: Place) -> Result<Self> {
        let route = place.policy().reading.objects;
        let library = Library::new(path, Arc::clone(file), place);
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        let format = match route {
            Route::Library => Err(Declined("not asked for")),
            _ => platform::lock_shared(file)
                .map_err(|_| Declined("the file cannot be locked"))
                .and_then(|()| Format::open(Arc::clone(file), size, user_block)),
        };
        let format = match (format, route) {
            (Ok(format), _) => Some(format),
            (Err(declined), Route::Direct) => return Err(refused(declined)),
            (Err(_), _) => None,
        };
        // What is unusual here is opened by the library at once, which says why it cannot be, if so.
        let root = match (&format, route) {
            (Some(format), Route::Direct) => format.root(),
            (Some(format), Route::Fastest) => match format.check_root() {
                Ok(()) => format.root(),
                Err(declined) if declined.is_fatal() => return Err(refused(declined)),
                Err(_) => library.root()?,
            },
            _ => library.root()?,
        };
        if format.as_ref().is_some_and(|format| format.root() != root) {
            return Err(Error::new(ErrorKind::Malformed, "the root is elsewhere than the library says"));
        }
        Ok(Self { format, library, root, route })
    }

    pub(crate) fn root(&self) -> Address {
        self.root
    }

    pub(crate) fn library(&self) -> &Library {
        &self.library
    }

    /// One object.
    pub(crate) fn node(&self, object: Address) -> Result<Node> {
        self.either(|metadata| metadata.node(object), |here, there| compare::nodes(object, here, there))
    }

    /// The link of a name in a group, if it is soon found and nothing is to be compared.
    pub(crate) fn look_up(&self, group: Address, name: &str) -> Option<Link> {
        let format = self.format.as_ref().filter(|_| matches!(self.route, Route::Fastest | Route::Direct))?;
        format.look_up(group, &names::to_file(name)).ok().flatten()
    }

    /// How the elements of a dataset can be read without the library, if they can.
    pub(crate) fn direct(&self, dataset: Address) -> Result<Option<Direct>> {
        self.either(|metadata| metadata.direct(dataset), |here, there| compare::places(dataset, here, there))
    }

    /// Where the file ends by its own account, if that is known.
    pub(crate) fn end(&self) -> Option<u64> {
        self.format.as_ref().map(Format::end)
    }

    /// Where the addresses of the file count from, if they take eight bytes each.
    pub(crate) fn address_base(&self) -> Option<u64> {
        match &self.format {
            Some(format) => Some(format.base()),
            None => self.library.id().ok()?.address_base().ok().flatten(),
        }
    }

    /// All elements of a dataset that has few, if they can be had without the library and together with what is said of them.
    pub(crate) fn few(&self, dataset: Address, wanted: &Region) -> Option<Value> {
        let format = self.format.as_ref().filter(|_| matches!(self.route, Route::Fastest | Route::Direct))?;
        format.few(dataset, wanted).ok()
    }

    /// What is known of a dataset, if that can be told without the library.
    pub(crate) fn info(&self, dataset: Address) -> Option<DatasetInfo> {
        self.format.as_ref().and_then(|format| format.info(dataset).ok())
    }

    fn either<T>(
        &self,
        read: impl Fn(&dyn Metadata) -> Result<T>,
        compare: impl Fn(&T, &T) -> Result<()>,
    ) -> Result<T> {
        let here = self.format.as_ref().map(|format| read(format as &dyn Metadata));
        match (here, self.route) {
            (Some(Ok(here)), Route::Both) => {
                let there = read(&self.library)?;
                compare(&here, &there)?;
                Ok(there)
            }
            (Some(Ok(here)), _) => Ok(here),
            (Some(Err(declined)), Route::Direct) => Err(declined),
            (Some(Err(damaged)), _) if damaged.kind() == ErrorKind::Malformed => Err(damaged),
            _ => read(&self.library),
        }
    }
}
