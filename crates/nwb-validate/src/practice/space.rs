//! Positions and directions: `SpatialSeries` and `CompassDirection`.

use std::f64::consts::TAU;

use nwb_model::Result;
use nwb_model::diagnosis::{Enough, Report, Severity};
use nwb_model::tree::Object;

use super::check::{Check, at, sampled};
use super::passes;
use super::read::{attribute_text, dataset};

/// The units of the schema's own positions.
const UNITS: [&str; 8] =
    ["meters", "centimeters", "millimeters", "micrometers", "degrees", "radians", "pixels", "n.a."];

/// The unit of a series' data; meters where it does not tell, as the schema has it.
fn unit(series: &Object) -> Result<String> {
    let Some(data) = series.child("data")? else { return Ok("meters".into()) };
    Ok(attribute_text(&data, "unit")?.unwrap_or("meters").to_owned())
}

pub(super) const DIMS: Check = Check {
    code: "check_spatial_series_dims",
    severity: Severity::Critical,
    of: "SpatialSeries",
    doc: "A position has one, two or three coordinates.",
    run: |object, report, _| {
        let Some(data) = dataset(object, "data")? else { return Ok(()) };
        if let Some(columns @ 4..) = data.shape()?.get(1) {
            report.add(
                at(object, "the series has more coordinates than there are in space")
                    .expected("1 column (x), 2 (x, y) or 3 (x, y, z)")
                    .found(format!("{columns} columns"))
                    .remedy("store each body part as a series of its own, with time along the first axis"),
            );
        }
        Ok(())
    },
};

pub(super) const COMPASS_UNIT: Check = Check {
    code: "check_compass_direction_unit",
    severity: Severity::Violation,
    of: "CompassDirection",
    doc: "The series of a `CompassDirection` are in degrees or radians.",
    run: |object, report, _| {
        for (name, series) in object.children()? {
            let Ok(series) = series else { continue };
            if !series.is_a("core", "SpatialSeries").unwrap_or(false) {
                continue;
            }
            let unit = unit(&series)?;
            if !matches!(unit.as_str(), "degrees" | "radians") {
                report.add(
                    at(object, format!("the direction \"{name}\" has another unit than angles have"))
                        .expected("degrees or radians")
                        .found(format!("\"{unit}\"")),
                );
            }
        }
        Ok(())
    },
};

fn magnitude(object: &Object, report: &mut Report, names: [&str; 2], limit: f64, bounds: &'static str) -> Result<()> {
    if !names.contains(&unit(object)?.as_str()) {
        return Ok(());
    }
    let Some(data) = dataset(object, "data")? else { return Ok(()) };
    let series = object.clone();
    let see = move |found: &mut Option<(u64, f64)>, row, value: f64| {
        if value.abs() > limit {
            *found = Some((row, value));
            return Enough::Yes;
        }
        Enough::No
    };
    passes::numbers(report, &data, None, see, move |found, report| {
        if let Some((row, value)) = found {
            let finding = at(&series, "an angle is greater than a full turn")
                .expected(format!("values from -{bounds} to {bounds}"))
                .found(format!("{value} in row {row}"))
                .remedy("correct the unit or the values");
            report.add(sampled(finding, row));
        }
    })
}

pub(super) const RADIANS: Check = Check {
    code: "check_spatial_series_radians_magnitude",
    severity: Severity::Violation,
    of: "SpatialSeries",
    doc: "Values in radians are within one turn.",
    run: |object, report, _| magnitude(object, report, ["radian", "radians"], TAU, "2 pi"),
};

pub(super) const DEGREES: Check = Check {
    code: "check_spatial_series_degrees_magnitude",
    severity: Severity::Violation,
    of: "SpatialSeries",
    doc: "Values in degrees are within one turn.",
    run: |object, report, _| magnitude(object, report, ["degree", "degrees"], 360.0, "360"),
};

pub(super) const UNIT: Check = Check {
    code: "check_spatial_series_unit",
    severity: Severity::Violation,
    of: "SpatialSeries",
    doc: "Positions are in a unit of length or angle, in pixels, or in \"n.a.\".",
    run: |object, report, _| {
        let mut above = object.parent();
        while let Some(group) = above {
            if group.type_name()?.is_some_and(|(_, name)| name == "CompassDirection") {
                return Ok(());
            }
            above = group.parent();
        }
        let unit = unit(object)?;
        if !UNITS.contains(&unit.as_str()) {
            report.add(
                at(object, "the unit is none of positions")
                    .expected(UNITS.join(", "))
                    .found(format!("\"{unit}\""))
                    .remedy("write \"n.a.\" where the unit is not known"),
            );
        }
        Ok(())
    },
};
