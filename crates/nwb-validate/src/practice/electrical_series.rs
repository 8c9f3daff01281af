//! Recordings of electrodes.

use nwb_model::Result;
use nwb_model::diagnosis::Severity;
use nwb_model::dtype::Dtype;
use nwb_model::tree::Object;

use super::check::{Check, at, is_a};
use super::imaging::differing;
use super::read::{dataset, number, numbers};
use super::regions::{length, table};

pub(super) const DIMS: Check = Check {
    code: "check_electrical_series_dims",
    severity: Severity::Critical,
    of: "ElectricalSeries",
    doc: "The series has a column for each electrode.",
    run: |object, report, subject| {
        let (Some(data), Some(electrodes)) = (dataset(object, "data")?, dataset(object, "electrodes")?) else {
            return Ok(());
        };
        // Of events only waveforms have an axis for electrodes for sure.
        let columns = match (data.shape()?, is_a(subject, "SpikeEventSeries")) {
            (&[rows, columns], false) | (&[rows, columns, _], true) => [rows, columns],
            _ => return Ok(()),
        };
        differing(object, report, columns, length(&electrodes)?, "electrodes");
        Ok(())
    },
};

pub(super) const TABLE: Check = Check {
    code: "check_electrical_series_reference_electrodes_table",
    severity: Severity::Violation,
    of: "ElectricalSeries",
    doc: "The electrodes are rows of the table `electrodes`.",
    run: |object, report, _| {
        let Some(electrodes) = object.child("electrodes")? else { return Ok(()) };
        if let Some(table) = table(&electrodes)?.filter(|table| table.name() != "electrodes") {
            report.add(
                at(object, "the electrodes are not rows of the table of electrodes")
                    .expected("rows of a table \"electrodes\"")
                    .found(format!("rows of {}", table.path())),
            );
        }
        Ok(())
    },
};

/// Whether there are factors for the channels, and not all of them are one.
fn has_channel_factors(series: &Object) -> Result<bool> {
    let Some(factors) = dataset(series, "channel_conversion")? else { return Ok(false) };
    // As near to one as numpy asks for.
    Ok(numbers(&factors)?.iter().any(|factor| (factor - 1.0).abs() > 1e-5 + 1e-8 || factor.is_nan()))
}

pub(super) const UNSCALED: Check = Check {
    code: "check_electrical_series_unscaled_data",
    severity: Severity::Violation,
    of: "ElectricalSeries",
    doc: "Integers come with the factor that makes volts of them.",
    run: |object, report, _| {
        let Some(data) = dataset(object, "data")? else { return Ok(()) };
        let Dtype::Number(kind, _) = data.dtype()? else { return Ok(()) };
        if kind.is_float() || length(&data)? == 0 {
            return Ok(());
        }
        let conversion = number(data.object(), "conversion")?.unwrap_or(1.0);
        let offset = number(data.object(), "offset")?.unwrap_or(0.0);
        if conversion == 1.0 && offset == 0.0 && !has_channel_factors(object)? {
            report.add(
                at(object, "the data are integers, and nothing says how they become volts")
                    .found(format!("{}, conversion 1, offset 0", kind.name()))
                    .remedy("set `conversion` and `offset`, or `channel_conversion` where channels differ"),
            );
        }
        Ok(())
    },
};
