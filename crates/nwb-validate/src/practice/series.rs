//! The data of time series.

use nwb_model::Result;
use nwb_model::diagnosis::{Severity, Subject};
use nwb_model::tree::Object;
use nwb_model::value::Shape;

use super::check::{Check, at, is_a};
use super::read::{attribute_text, dataset, number, texts};

/// The shape of a series' data. Movies without data of their own have none of three axes.
pub(super) fn data_shape(series: &Object, subject: &Subject<'_>) -> Result<Option<Vec<u64>>> {
    Ok(match dataset(series, "data")? {
        Some(data) if data.info()?.shape == Shape::Null => None,
        Some(data) => Some(data.shape()?.to_vec()),
        None if is_a(subject, "ImageSeries") => Some(vec![0, 0, 0]),
        None => None,
    })
}

pub(super) const ORIENTATION: Check = Check {
    code: "check_data_orientation",
    severity: Severity::Critical,
    of: "TimeSeries",
    doc: "Time is the first axis of the data, and the longest.",
    run: |object, report, subject| {
        // Waveforms may be longer than there are events.
        if is_a(subject, "SpikeEventSeries") {
            return Ok(());
        }
        let Some(shape) = data_shape(object, subject)? else { return Ok(()) };
        if let Some((first, rest)) = shape.split_first()
            && let Some(longest) = rest.iter().max().filter(|longest| *longest > first)
        {
            report.add(
                at(object, "another axis of the data is longer than the first, which is time")
                    .expected(format!("{longest} or more samples along the first axis"))
                    .found(format!("shape {shape:?}"))
                    .remedy("transpose the data if their first axis is not time"),
            );
        }
        Ok(())
    },
};

pub(super) const UNIT: Check = Check {
    code: "check_missing_unit",
    severity: Severity::Violation,
    of: "TimeSeries",
    doc: "The data have a unit.",
    run: |object, report, _| {
        let Some(data) = object.child("data")? else { return Ok(()) };
        if attribute_text(&data, "unit")? == Some("") {
            report.add(at(object, "the unit of the data is an empty text").expected("a unit, or \"n.a.\""));
        }
        Ok(())
    },
};

pub(super) const RESOLUTION: Check = Check {
    code: "check_resolution",
    severity: Severity::Violation,
    of: "TimeSeries",
    doc: "The resolution of the data is above zero; -1 or NaN where it is not known.",
    run: |object, report, _| {
        let Some(data) = object.child("data")? else { return Ok(()) };
        if let Some(resolution) = number(&data, "resolution")?.filter(|one| *one <= 0.0 && *one != -1.0) {
            report.add(
                at(object, "the resolution of the data is not above zero")
                    .expected("a positive number, or -1 or NaN where it is not known")
                    .found(resolution.to_string()),
            );
        }
        Ok(())
    },
};

pub(super) const EMPTY: Check = Check {
    code: "check_time_series_data_is_not_empty",
    severity: Severity::Violation,
    of: "TimeSeries",
    doc: "A series has data, in the file or in external files.",
    run: |object, report, subject| {
        // A series without data is one of none to nwbinspector too.
        let shape = data_shape(object, subject)?.unwrap_or_else(|| vec![0]);
        if shape.contains(&0) && texts(object, "external_file")?.is_empty() {
            report.add(
                at(object, "the series has no data")
                    .found(format!("shape {shape:?}"))
                    .remedy("see whether they were lost when the file was made"),
            );
        }
        Ok(())
    },
};
