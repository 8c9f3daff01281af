//! The way by which elements are read: without the library, through it, or both.

use std::collections::HashMap;
use std::fs::File;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use nwb_model::backend::Address;
use nwb_model::batch::{How, Wanted};
use nwb_model::selection::Region;
use nwb_model::value::{Shape, Value};
use nwb_model::{Error, ErrorKind, Result};

use crate::direct::{Cache, Direct, Engine, Pool};
use crate::metadata::Objects;
use crate::reading::{Reading, Route};

/// Chunks whose places are remembered, over all datasets.
const REMEMBERED: usize = 4 << 20;

/// What is known of the datasets of a file, and what they are read with.
#[derive(Debug)]
pub(crate) struct Elements {
    /// `None` inside where there is no reading by position.
    engine: OnceLock<Option<Engine>>,
    reading: Reading,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    datasets: HashMap<Address, Option<Arc<Direct>>>,
    chunks: usize,
}

impl Elements {
    pub(crate) fn new(reading: Reading) -> Self {
        Self { engine: OnceLock::new(), reading, known: Mutex::default() }
    }

    /// Made with the first dataset whose elements are asked for: a file of which only the structure is read is open once.
    fn engine(&self, file: &File, objects: &Objects) -> Option<&Engine> {
        let make = || {
            let file = file.try_clone().ok()?;
            let size = file.metadata().ok()?.len().min(objects.end().unwrap_or(u64::MAX));
            let Reading { threads, cache, .. } = self.reading;
            let base = objects.address_base();
            Some(Engine { file, size, base, pool: Pool::new(threads), cache: Cache::new(cache) })
        };
        self.engine.get_or_init(|| if self.reading.route == Route::Library { None } else { make() }).as_ref()
    }

    /// How a dataset is read without the library, where it can be; `find` is asked once.
    pub(crate) fn direct(
        &self,
        file: &File,
        objects: &Objects,
        dataset: Address,
        find: impl FnOnce() -> Result<Option<Direct>>,
    ) -> Result<Option<Arc<Direct>>> {
        if self.engine(file, objects).is_none() {
            return Ok(None);
        }
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().datasets.get(&dataset) {
            return Ok(found.clone());
        }
        // Not under the lock: others read on meanwhile.
        let found = find()?.map(Arc::new);
        let mut known = known();
        let size = found.as_ref().map_or(1, |direct| direct.size() + 1);
        if known.chunks + size > REMEMBERED {
            *known = Known::default();
        }
        known.chunks += size;
        known.datasets.insert(dataset, found.clone());
        Ok(found)
    }

    /// Elements that are not in their bytes alone.
    pub(crate) fn read_value(
        &self,
        direct: &Direct,
        region: &Region,
        shape: Shape,
        library: impl FnOnce() -> Result<Value>,
    ) -> Result<Value> {
        let Some(engine) = self.engine.get().and_then(Option::as_ref).filter(|engine| engine.base.is_some()) else {
            self.check_library()?;
            return library();
        };
        let value = direct.read_value(engine, region, shape)?;
        if self.reading.route == Route::Both && library()? != value {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the elements read without the library differ from the library's",
            )
            .found(format!("{region:?}")));
        }
        Ok(value)
    }

    /// Whether few elements may be read in one step with what is said of them.
    pub(crate) fn may_be_few(&self) -> bool {
        matches!(self.reading.route, Route::Fastest | Route::Direct)
    }

    /// An error where the library may not be asked for elements.
    pub(crate) fn check_library(&self) -> Result<()> {
        match self.reading.route {
            Route::Direct => {
                Err(Error::new(ErrorKind::Unsupported, "only the library can read the elements of this dataset"))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn read(
        &self,
        direct: Option<&Direct>,
        parts: &mut [Wanted<'_>],
        how: How<'_>,
        library: &mut dyn FnMut(&mut [Wanted<'_>]) -> Result<()>,
    ) -> Result<()> {
        let engine = self.engine.get().and_then(Option::as_ref);
        match (direct.zip(engine), self.reading.route) {
            (Some((direct, engine)), Route::Both) => {
                direct.read(engine, parts, how)?;
                compare(parts, library)
            }
            (Some((direct, engine)), _) => direct.read(engine, parts, how),
            (None, _) => {
                self.check_library()?;
                library(parts)
            }
        }
    }
}

/// An error where the library reads anything else.
fn compare(parts: &mut [Wanted<'_>], library: &mut dyn FnMut(&mut [Wanted<'_>]) -> Result<()>) -> Result<()> {
    for part in parts {
        // Wide words, so that any number can lie there.
        let mut room = vec![0u64; part.out.len().div_ceil(8)];
        let other = bytemuck::cast_slice_mut::<u64, u8>(&mut room).get_mut(..part.out.len()).unwrap_or_default();
        library(&mut [Wanted { picks: part.picks.clone(), out: &mut *other }])?;
        if let Some(at) = part.out.iter().zip(&*other).position(|(direct, library)| direct != library) {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the elements read without the library differ from the library's",
            )
            .expected(format!("{:?} at byte {at} of {:?}", other.get(at), part.picks))
            .found(format!("{:?}", part.out.get(at))));
        }
    }
    Ok(())
}

#[cfg(feature = "mmap")]
impl Elements {
    /// The bytes of a contiguous dataset where the file has them.
    pub(crate) fn mapped(&self, direct: Option<&Direct>) -> Result<nwb_model::value::Bytes> {
        let refused = |why: &str| Err(Error::new(ErrorKind::Unsupported, why).remedy("read them"));
        if !self.reading.mapping {
            return refused(
                "the file was not opened for looking at elements where they lie: see OpenOptions::allow_mapping",
            );
        }
        let Some((engine, (start, length))) =
            self.engine.get().and_then(Option::as_ref).zip(direct.and_then(Direct::run))
        else {
            return refused("the elements do not lie in one run of the file as they are");
        };
        if start.checked_add(length as u64).is_none_or(|end| end > engine.size) {
            return Err(Error::new(ErrorKind::Malformed, "the elements lie outside the file")
                .found(format!("{length} bytes from byte {start} on, in a file of {}", engine.size)));
        }
        super::mapping::mapped(&engine.file, start, length)
    }
}
