//! Up from an object: the objects that it lies in, by their types; and how many of which there are.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind, Result};
use crate::file::File;
use crate::tree::Object;
use crate::view::NeurodataType;

impl Object {
    /// The groups that it lies in, the innermost first, the root last.
    pub fn ancestors(&self) -> impl Iterator<Item = Self> + use<> {
        std::iter::successors(self.parent(), Self::parent)
    }

    /// The innermost object of a type, or of one that extends it, that this one lies in: the `ProcessingModule` of a series.
    ///
    /// ```no_run
    /// # use nwb_model::{types::{ProcessingModule, TimeSeries}, view::NeurodataType};
    /// # fn example(series: &TimeSeries) -> nwb_model::Result<()> {
    /// let module: ProcessingModule = series.object().ancestor()?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When it lies in none, or one on the way cannot be read.
    pub fn ancestor<T: NeurodataType>(&self) -> Result<T> {
        for object in self.ancestors() {
            if object.is::<T>()? {
                return object.cast();
            }
        }
        Err(self.fail(Error::new(ErrorKind::NotFound, format!("the object does not lie in a {}", T::NAME))))
    }
}

impl File {
    /// How many objects of which type there are, by namespace and name; subtypes count as themselves alone. Walks the whole file.
    ///
    /// # Errors
    /// When a group cannot be read.
    pub fn type_counts(&self) -> Result<BTreeMap<(String, String), usize>> {
        let mut counts = BTreeMap::new();
        for object in self.object().descendants()? {
            if let Ok(Some((namespace, name))) = object.type_name() {
                *counts.entry((namespace.to_owned(), name.to_owned())).or_default() += 1;
            }
        }
        Ok(counts)
    }
}
