//! Who cannot read what is in a file.

use std::fmt;

use crate::backend::Filter;
use crate::error::Result;
use crate::file::File;
use crate::tree::{Kind, Object};
use crate::view::NeurodataType as _;

/// A dataset that some readers cannot read, for want of a filter.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Uncommon {
    /// The dataset.
    pub dataset: Object,
    /// The filter.
    pub filter: Filter,
}

impl fmt::Display for Uncommon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Filter { id, name, .. } = &self.filter;
        let who = self.filter.who_lacks_it().unwrap_or("nobody");
        write!(
            f,
            "{}: stored with the filter {name:?} (number {id}), which is not there for {who}",
            self.dataset.path()
        )
    }
}

impl File {
    /// The datasets of the file that some readers cannot read, for want of a filter. Walks the whole file; of an edit, ask
    /// [its view](crate::edit::Edit::view) before the commit.
    ///
    /// The built-in profiles use no such filters: they are there where somebody asked for them.
    ///
    /// # Errors
    /// When the root cannot be read. What else cannot be read is passed over.
    pub fn uncommon_filters(&self) -> Result<Vec<Uncommon>> {
        let root = self.object();
        let mut found = Vec::new();
        for dataset in root.descendants()? {
            if !dataset.is_in_file_of(root) || dataset.kind().ok() != Some(Kind::Dataset) {
                continue;
            }
            let Ok(info) = dataset.node_ref().info() else { continue };
            let uncommon = info.filters.iter().filter(|filter| filter.who_lacks_it().is_some());
            found.extend(uncommon.map(|filter| Uncommon { dataset: dataset.clone(), filter: filter.clone() }));
        }
        Ok(found)
    }
}
