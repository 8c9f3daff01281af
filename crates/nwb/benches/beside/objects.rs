//! Metadata: rows 9 and 10.

use nwb::Object;
use nwb::ndarray::Ix1;
use nwb::prelude::*;

use crate::Failure;
use crate::arguments::Arguments;
use crate::digest::Seen;
use crate::meter::{Measured, Meter};

/// Whether what datasets hold is read too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Elements {
    Left,
    Read,
}

/// One scalar of one object by name, of a file that is opened for it.
pub(crate) fn scalar(arguments: &Arguments) -> Result<Measured, Failure> {
    let path = arguments.text("file")?;
    let name = arguments.text("name")?;
    let meter = Meter::start();
    let rate = nwb::open(path)?.acquisition()?.get::<TimeSeries>(name)?.rate()?;
    let measured = meter.stop();
    let mut seen = Seen::default();
    seen.optional(rate);
    Ok(measured.digest(seen.digest()))
}

/// Every object and attribute, through the accessors of its type; datasets of more than one element are left, as PyNWB leaves them.
pub(crate) fn typed(arguments: &Arguments) -> Result<Measured, Failure> {
    read(arguments, Elements::Left)
}

/// The same, and what every dataset holds.
pub(crate) fn typed_values(arguments: &Arguments) -> Result<Measured, Failure> {
    read(arguments, Elements::Read)
}

fn read(arguments: &Arguments, elements: Elements) -> Result<Measured, Failure> {
    let path = arguments.text("file")?;
    let mut seen = Seen::default();
    let meter = Meter::start();
    let file = nwb::open(path)?;
    identity(&mut seen, file.object())?;
    seen.text(file.identifier()?);
    seen.text(file.session_description()?);
    seen.text(&file.session_start_time()?.to_string());
    seen.text(&file.timestamps_reference_time()?.to_string());
    seen.optional_text(file.nwb_version()?);
    for series in file.acquisition()?.iter::<TimeSeries>()? {
        time_series(&mut seen, &series?, elements)?;
    }
    for found in file.acquisition()?.iter::<DynamicTable>()? {
        table(&mut seen, &found?, elements)?;
    }
    let measured = meter.stop();
    Ok(measured.digest(seen.digest()))
}

fn identity(seen: &mut Seen, object: &Object) -> Result<(), Failure> {
    let (namespace, name) = object.type_name()?.ok_or("an object without a type")?;
    for text in [object.name(), namespace, name, object.object_id()?.ok_or("an object without an id")?] {
        seen.text(text);
    }
    Ok(())
}

fn time_series(seen: &mut Seen, series: &TimeSeries, elements: Elements) -> Result<(), Failure> {
    identity(seen, series.object())?;
    seen.optional_text(series.description()?);
    seen.optional_text(series.comments()?);
    seen.text(series.unit()?);
    seen.optional(series.conversion()?);
    seen.optional(series.offset()?);
    seen.optional(series.resolution()?);
    seen.optional_text(series.continuity()?);
    seen.optional(series.starting_time()?);
    seen.optional(series.rate()?);
    seen.optional_text(series.starting_time_unit()?);
    seen.optional(series.timestamps_interval()?.map(|interval| interval as f64));
    seen.optional_text(series.timestamps_unit()?);
    let data = series.data()?;
    seen.elements(data.shape()?);
    if elements == Elements::Read {
        seen.elements(&data.read::<f64, Ix1>(..)?.to_vec());
    }
    if let Some(timestamps) = series.timestamps()? {
        seen.elements(timestamps.shape()?);
        if elements == Elements::Read {
            seen.elements(&timestamps.read::<f64, Ix1>(..)?.to_vec());
        }
    }
    Ok(())
}

fn table(seen: &mut Seen, table: &DynamicTable, elements: Elements) -> Result<(), Failure> {
    identity(seen, table.object())?;
    seen.text(table.description()?);
    table.colnames()?.iter().for_each(|name| seen.text(name));
    let id = table.id()?;
    identity(seen, id.object())?;
    if elements == Elements::Read {
        seen.elements(&table.row_ids()?);
    }
    for column in table.columns()?.iter()? {
        let column = column?;
        identity(seen, column.object())?;
        seen.text(column.description()?);
        let data = column.object().dataset()?;
        seen.elements(data.shape()?);
        if elements == Elements::Read {
            seen.elements(&data.read::<f64, Ix1>(..)?.to_vec());
        }
    }
    Ok(())
}
