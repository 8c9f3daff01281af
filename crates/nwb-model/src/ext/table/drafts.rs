//! Columns from plain data, and tables without columns yet, to which rows are added.

use crate::data::Data;
use crate::draft::{Child, Draft};
use crate::types::{
    DurationVectorData, ElectrodesTable, ElementIdentifiers, EventsTable, TimeIntervals, TimeSeriesReferenceVectorData,
    TimestampVectorData, Units, VectorData,
};

macro_rules! columns_from_data {
    ($($column:ty),*) => {$(
        /// A column that is named as its slot and described as the schema describes the slot.
        ///
        /// ```
        /// use nwb_model::types::{TimeIntervals, TimeIntervalsInit};
        ///
        /// let trials = TimeIntervals::new(TimeIntervalsInit {
        ///     name: "trials".into(),
        ///     description: "one go or no-go trial each".into(),
        ///     start_time: vec![0.5, 3.5].into(),
        ///     stop_time: vec![2.5, 4.5].into(),
        /// });
        /// ```
        impl<D: Into<Data>> From<D> for Child<$column> {
            fn from(cells: D) -> Self {
                let mut draft = Draft::<$column>::begin(None);
                draft.node.contents(cells);
                draft.into()
            }
        }
    )*};
}
columns_from_data!(
    VectorData,
    ElementIdentifiers,
    TimestampVectorData,
    DurationVectorData,
    TimeSeriesReferenceVectorData
);

/// A draft of a table of which the columns are yet to come.
fn table<T: crate::view::NeurodataType>(name: &str, description: impl Into<String>) -> Draft<T> {
    let mut draft = Draft::<T>::begin(Some(name.into()));
    draft.node.attribute("", "description", description.into());
    draft
}

/// # Building row by row
///
/// ```
/// use nwb_model::ext::CellKind;
/// use nwb_model::types::TimeIntervals;
///
/// let mut trials = TimeIntervals::draft("trials", "one go or no-go trial each").rows()?;
/// trials.column("correct", "whether the mouse licked on the right side", CellKind::of::<bool>())?;
/// trials.push(&[("start_time", 0.5.into()), ("stop_time", 2.5.into()), ("tags", ["go"].into()), ("correct", true.into())])?;
/// let trials = trials.finish()?; // to be inserted
/// # Ok::<(), nwb_model::Error>(())
/// ```
impl TimeIntervals {
    /// A table without columns yet: rows are added by [`rows`](Draft::rows). Named `trials`, `epochs` or `invalid_times`, it comes
    /// to be just that of the file; the name is free otherwise.
    #[must_use]
    pub fn draft(name: impl AsRef<str>, description: impl Into<String>) -> Draft<Self> {
        table(name.as_ref(), description)
    }
}

impl EventsTable {
    /// A table without columns yet: rows are added by [`rows`](Draft::rows).
    #[must_use]
    pub fn draft(name: impl AsRef<str>, description: impl Into<String>) -> Draft<Self> {
        table(name.as_ref(), description)
    }
}

/// # Building row by row
///
/// The name of the group is filled in when the table is inserted.
///
/// ```no_run
/// # use nwb_model::{draft::Handle, edit::Edit, types::{ElectrodeGroup, ElectrodesTable}};
/// # fn example(edit: &mut Edit, shank: Handle<ElectrodeGroup>) -> nwb_model::Result<()> {
/// let mut electrodes = ElectrodesTable::draft("all electrodes of the probe").rows()?;
/// for site in 0..64 {
///     let depth = f64::from(site) * 20.0;
///     electrodes.push(&[("location", "CA1".into()), ("group", shank.into()), ("rel_y", depth.into())])?;
/// }
/// let electrodes = edit.insert(electrodes.finish()?)?;
/// # Ok(()) }
/// ```
impl ElectrodesTable {
    /// A table without columns yet: rows are added by [`rows`](Draft::rows).
    #[must_use]
    pub fn draft(description: impl Into<String>) -> Draft<Self> {
        table("electrodes", description)
    }
}

/// # Building row by row
///
/// ```no_run
/// # use nwb_model::{draft::Handle, edit::Edit, types::{ElectrodesTable, Units}};
/// # fn example(edit: &mut Edit, electrodes: Handle<ElectrodesTable>) -> nwb_model::Result<()> {
/// let mut units = Units::draft("sorted by hand").rows()?;
/// units.region("electrodes", electrodes)?;
/// units.push(&[
///     ("spike_times", vec![0.25, 0.75, 1.5].into()),
///     ("obs_intervals", vec![[0.0, 10.0]].into()),
///     ("electrodes", [3i64, 4].into()),
///     ("waveform_mean", ndarray::Array2::<f32>::zeros((30, 2)).into()), // [sample, electrode]
/// ])?;
/// edit.insert(units.finish()?)?;
/// # Ok(()) }
/// ```
impl Units {
    /// The file's table of units without columns yet: rows are added by [`rows`](Draft::rows).
    #[must_use]
    pub fn draft(description: impl Into<String>) -> Draft<Self> {
        table("units", description)
    }
}
