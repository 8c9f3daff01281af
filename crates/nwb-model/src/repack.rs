//! Storing a finished file anew: other chunks, other filters, the same content.

mod options;
mod sample;
mod verify;

use std::collections::HashSet;
use std::sync::Arc;

use crate::backend::{Address, DatasetInfo, Filter, Layout, Store};
use crate::copy::{Losses, Progress, copy_tree_watched};
use crate::data::Source;
use crate::error::Result;
use crate::file::File;
use crate::memory::{MemoryKind, Objects};
use crate::tree::{Kind, Object};
use crate::view::NeurodataType as _;
use options::Chosen;
pub use options::RepackOptions;
use verify::Checksums;

/// What came of storing a file anew, or would come.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RepackReport {
    /// The datasets that are stored in another way than before, in the order of their paths.
    pub datasets: Vec<Repacked>,
    /// Bytes of the elements of all others, which are copied as they are.
    pub unchanged: u64,
    /// Datasets that stay as they are because their filters are not there: they are copied, but cannot be decoded.
    pub undecodable: Vec<String>,
    /// What could not be kept.
    pub losses: Losses,
}

/// A dataset that is stored in another way than before.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Repacked {
    /// Its path; of several, the first.
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

    /// The filters that datasets are stored with now and that some readers lack, each once: [`Filter::who_lacks_it`] says who.
    #[must_use]
    pub fn uncommon_filters(&self) -> Vec<&Filter> {
        let mut found: Vec<&Filter> = Vec::new();
        for filter in self.datasets.iter().flat_map(|dataset| &dataset.new.1) {
            if filter.who_lacks_it().is_some() && found.iter().all(|other| other.id != filter.id) {
                found.push(filter);
            }
        }
        found
    }
}

/// A dataset and how it will be stored.
struct Plan {
    object: Object,
    old: DatasetInfo,
    new: DatasetInfo,
    /// What it takes in the old file.
    before: u64,
}

/// What is stored in another way, and what is not.
struct Plans {
    changed: Vec<Plan>,
    /// Bytes of the others.
    unchanged: u64,
    /// Those of the others that cannot be decoded.
    undecodable: Vec<String>,
}

impl File {
    /// Writes the file anew, with its datasets stored after a profile, or as the options say: ids, links, references and everything else
    /// stay as they are. Every dataset that is stored in another way is read back from the new file and compared with what went
    /// into it, by checksums, before the file is put into its place.
    ///
    /// Datasets that a profile has no rule for, or that are smaller than it cares for, stay as they are. What can grow can grow
    /// further.
    ///
    /// ```no_run
    /// # fn example(file: &nwb_model::file::File, store: &dyn nwb_model::backend::Store) -> nwb_model::Result<()> {
    /// use nwb_model::profile::Profile;
    ///
    /// let (copy, report) = file.repack(store, Profile::compact(), &mut |_| {})?;
    /// println!("{} bytes became {}", report.before(), report.after());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When something cannot be read or written, or does not come back as it was; then there is no new file. When the options name an
    /// object that is not there.
    pub fn repack(
        &self,
        store: &dyn Store,
        how: impl Into<RepackOptions>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(Self, RepackReport)> {
        let plans = Plans::of(self, how.into())?;
        let mut objects = Objects::over(Arc::clone(self.backend()));
        for plan in &plans.changed {
            let node = objects.change(plan.object.address())?;
            if let MemoryKind::Dataset(info, Source::Stored { .. }) = &mut node.kind {
                **info = plan.new.clone();
            }
        }
        let mut checksums = Checksums::of(plans.changed.iter().map(|plan| plan.object.address()));
        let to_read_back = plans.changed.iter().fold(0u64, |sum, plan| sum.saturating_add(verify::bytes_of(&plan.old)));
        let mut state = Progress::default();
        let mut transaction = store.begin()?;
        let losses = copy_tree_watched(
            &objects,
            &mut *transaction,
            &mut |copied| {
                state = Progress { done: copied.done, total: copied.total.saturating_add(to_read_back) };
                progress(state);
            },
            &mut |dataset, region, value| checksums.add(dataset, region, value),
        )?;
        let mut datasets = Vec::new();
        let new = transaction.commit_checked(&mut |new| {
            let root = Object::root_of(Arc::clone(new));
            for plan in &plans.changed {
                let path = plan.object.path();
                let copy = root.get(path)?.address();
                let mut seen = |bytes| {
                    state.done = state.done.saturating_add(bytes);
                    progress(state);
                };
                checksums.check(plan.object.address(), &**new, copy, &mut seen).map_err(|error| error.at(path))?;
                datasets.push(plan.done(verify::stored_bytes(&**new, copy, &plan.new)?));
            }
            Ok(())
        })?;
        Ok((Self::from_backend(new)?, plans.report(datasets, losses)))
    }

    /// What [`repack`](Self::repack) would gain, estimated from a few chunks of each dataset. Nothing is written.
    ///
    /// # Errors
    /// When something cannot be read, a filter is not there, or the options name an object that is not there.
    pub fn repack_estimate(&self, store: &dyn Store, how: impl Into<RepackOptions>) -> Result<RepackReport> {
        let plans = Plans::of(self, how.into())?;
        let mut datasets = Vec::new();
        for plan in &plans.changed {
            let after = sample::estimate(plan, &**self.backend(), store)
                .map_err(|error| error.at(plan.object.path()).in_file(self.label()))?;
            datasets.push(plan.done(after));
        }
        Ok(plans.report(datasets, Losses::default()))
    }
}

impl Plan {
    fn done(&self, after: u64) -> Repacked {
        Repacked {
            path: self.object.path().to_owned(),
            bytes: verify::bytes_of(&self.old),
            before: self.before,
            after,
            old: (self.old.layout.clone(), self.old.filters.clone()),
            new: (self.new.layout.clone(), self.new.filters.clone()),
        }
    }
}

impl Plans {
    fn of(file: &File, options: RepackOptions) -> Result<Self> {
        let root = file.object();
        let chosen = Chosen::of(options, root)?;
        let mut seen: HashSet<Address> = HashSet::new();
        let mut plans = Self { changed: Vec::new(), unchanged: 0, undecodable: Vec::new() };
        for object in root.descendants()? {
            if !object.is_in_file_of(root) || !seen.insert(object.address()) || object.kind()? != Kind::Dataset {
                continue;
            }
            let old = object.dataset()?.info()?.clone();
            let before = verify::stored_bytes(&**file.backend(), object.address(), &old)?;
            let stored = verify::stored(&**file.backend(), object.address(), &old)?;
            match chosen.storage(&object, &old, stored) {
                Some(new) if verify::can_be_decoded(&**file.backend(), object.address(), &old)? => {
                    plans.changed.push(Plan { object, old, new, before });
                    continue;
                }
                Some(_) => plans.undecodable.push(object.path().to_owned()),
                None => {}
            }
            plans.unchanged = plans.unchanged.saturating_add(before);
        }
        Ok(plans)
    }

    fn report(self, datasets: Vec<Repacked>, losses: Losses) -> RepackReport {
        RepackReport { datasets, unchanged: self.unchanged, undecodable: self.undecodable, losses }
    }
}
