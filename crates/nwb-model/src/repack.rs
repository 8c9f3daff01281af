//! Storing a finished file anew: other chunks, other filters, the same content.

mod sample;
mod verify;

use std::collections::HashSet;

use crate::backend::{Address, DatasetInfo, Filter, Layout, Store};
use crate::copy::{Losses, Progress, copy_tree};
use crate::data::Source;
use crate::error::Result;
use crate::file::File;
use crate::memory::{MemoryKind, Objects};
use crate::profile::{Profile, Role};
use crate::tree::{Kind, Object};
use crate::view::NeurodataType as _;

/// What came of storing a file anew, or would come.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RepackReport {
    /// The datasets that are stored in another way than before, in the order of their paths.
    pub datasets: Vec<Repacked>,
    /// Bytes of the elements of all others, which are copied as they are.
    pub unchanged: u64,
    /// What could not be kept.
    pub losses: Losses,
}

/// A dataset that is stored in another way than before.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Repacked {
    /// Its path.
    pub path: String,
    /// Its elements, decoded, in bytes.
    pub bytes: u64,
    /// What they take in the old file.
    pub before: u64,
    /// What they take in the new one; an estimate where nothing was written.
    pub after: u64,
    /// How they lay before.
    pub old: (Layout, Vec<Filter>),
    /// How they lie now.
    pub new: (Layout, Vec<Filter>),
}

impl RepackReport {
    /// What the elements of all datasets take in the old file, in bytes.
    #[must_use]
    pub fn before(&self) -> u64 {
        self.datasets.iter().fold(self.unchanged, |sum, dataset| sum.saturating_add(dataset.before))
    }

    /// What they take in the new one, in bytes.
    #[must_use]
    pub fn after(&self) -> u64 {
        self.datasets.iter().fold(self.unchanged, |sum, dataset| sum.saturating_add(dataset.after))
    }
}

/// A dataset and how it will be stored.
struct Plan {
    object: Object,
    old: DatasetInfo,
    new: DatasetInfo,
}

impl File {
    /// Writes the file anew, with its datasets stored after a profile: ids, links, references and everything else stay as they
    /// are. Every dataset that is stored in another way is read back from the new file and compared with what went into it, before
    /// the file is put into its place.
    ///
    /// Datasets that the profile has no rule for stay as they are, so [`Profile::none`] changes nothing. What can grow can grow
    /// further.
    ///
    /// # Errors
    /// When something cannot be read or written, or does not come back as it was; then there is no new file.
    pub fn repack(
        &self,
        store: &dyn Store,
        profile: &Profile,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(Self, RepackReport)> {
        let (plans, unchanged) = plans(self, profile)?;
        let mut objects = Objects::over(std::sync::Arc::clone(self.backend()));
        for plan in &plans {
            let node = objects.change(plan.object.address())?;
            if let MemoryKind::Dataset(info, Source::Stored { .. }) = &mut node.kind {
                **info = plan.new.clone();
            }
        }
        let mut transaction = store.begin()?;
        let losses = copy_tree(&objects, &mut *transaction, progress)?;
        let mut datasets = Vec::new();
        let new = transaction.commit_checked(&mut |new| {
            let root = Object::root_of(std::sync::Arc::clone(new));
            for plan in &plans {
                let copy = root.get(plan.object.path())?;
                verify::same(plan, &**self.backend(), &**new, copy.address())
                    .map_err(|error| error.at(plan.object.path()))?;
                datasets.push(plan.done(self, verify::stored_bytes(&**new, copy.address(), &plan.new)?)?);
            }
            Ok(())
        })?;
        Ok((Self::from_backend(new)?, RepackReport { datasets, unchanged, losses }))
    }

    /// What [`repack`](Self::repack) would gain, estimated from a few chunks of each dataset. Nothing is written.
    ///
    /// # Errors
    /// When something cannot be read, or a filter is not there.
    pub fn repack_estimate(&self, store: &dyn Store, profile: &Profile) -> Result<RepackReport> {
        let (plans, unchanged) = plans(self, profile)?;
        let mut datasets = Vec::new();
        for plan in &plans {
            let after = sample::estimate(&plan.object, &plan.new, &**self.backend(), store)
                .map_err(|error| error.at(plan.object.path()))?;
            datasets.push(plan.done(self, after)?);
        }
        Ok(RepackReport { datasets, unchanged, losses: Losses::default() })
    }
}

impl Plan {
    fn done(&self, file: &File, after: u64) -> Result<Repacked> {
        Ok(Repacked {
            path: self.object.path().to_owned(),
            bytes: verify::bytes_of(&self.old),
            before: verify::stored_bytes(&**file.backend(), self.object.address(), &self.old)?,
            after,
            old: (self.old.layout.clone(), self.old.filters.clone()),
            new: (self.new.layout.clone(), self.new.filters.clone()),
        })
    }
}

/// The datasets that a profile stores in another way, and the bytes of those that it leaves.
fn plans(file: &File, profile: &Profile) -> Result<(Vec<Plan>, u64)> {
    let root = file.object();
    let mut seen: HashSet<Address> = HashSet::new();
    let (mut plans, mut unchanged) = (Vec::new(), 0u64);
    for object in root.descendants()? {
        if object.kind()? != Kind::Dataset || !object.is_in_file_of(root) || !seen.insert(object.address()) {
            continue;
        }
        let old = object.dataset()?.info()?.clone();
        let mut new = DatasetInfo { layout: Layout::Contiguous, filters: Vec::new(), ..old.clone() };
        profile.apply(&mut new, role(&object)?);
        let is_chosen = matches!(new.layout, Layout::Chunked(_));
        if is_chosen && (new.layout != old.layout || !are_alike(&new.filters, &old.filters)) {
            plans.push(Plan { object, old, new });
        } else {
            unchanged = unchanged.saturating_add(verify::stored_bytes(&**file.backend(), object.address(), &old)?);
        }
    }
    Ok((plans, unchanged))
}

/// Whether filters that were asked for are those that are stored, which may tell more: the library notes the size of an element.
fn are_alike(asked: &[Filter], stored: &[Filter]) -> bool {
    let is_same = |(asked, stored): (&Filter, &Filter)| {
        asked.id == stored.id && (asked.id == SHUFFLE || stored.parameters.starts_with(&asked.parameters))
    };
    asked.len() == stored.len() && asked.iter().zip(stored).all(is_same)
}

/// The number of the filter whose parameters are the library's own.
const SHUFFLE: u32 = 2;

/// What a dataset is: an object of a type, or a field of the nearest object around it that has one.
fn role(object: &Object) -> Result<Role<'_>> {
    if let Some(own) = object.node_ref().effective() {
        return Ok(Role::object(own));
    }
    let mut around = object.node_ref().parent();
    while let Some(group) = around {
        if let Some(of) = group.effective() {
            return Ok(Role::field(Some(of), object.name()));
        }
        around = group.parent();
    }
    Ok(Role::field(None, object.name()))
}
