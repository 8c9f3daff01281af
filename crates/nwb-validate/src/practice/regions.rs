//! Rows of other tables: `DynamicTableRegion`.

use nwb_model::Result;
use nwb_model::dataset::Dataset;
use nwb_model::diagnosis::{Enough, Severity};
use nwb_model::tree::Object;
use nwb_model::types::DynamicTable;

use super::check::{Check, SAMPLE, SAMPLED, at};
use super::passes;

/// The table whose rows a region names; `None` where it does not tell.
pub(super) fn table(region: &Object) -> Result<Option<Object>> {
    let Some(value) = region.attribute("table")? else { return Ok(None) };
    Ok(value.as_reference().ok().flatten().and_then(|address| region.resolve(address)))
}

/// How many rows a dataset has.
pub(super) fn length(dataset: &Dataset) -> Result<u64> {
    Ok(dataset.shape()?.first().copied().unwrap_or(0))
}

pub(super) const ROWS: Check = Check {
    code: "check_dynamic_table_region_data_validity",
    severity: Severity::Critical,
    of: "DynamicTableRegion",
    doc: "A region names rows that the table has.",
    run: |object, report, _| {
        let Some(table) = table(object)? else { return Ok(()) };
        let rows = table.cast::<DynamicTable>()?.row_count()? as f64;
        let region = object.clone();
        // The first that is beyond the end, the first that nwbinspector takes for it, and the first below zero.
        let see = move |found: &mut [Option<(u64, f64)>; 3], place, row: f64| {
            let [beyond, taken, negative] = found;
            if row >= rows {
                beyond.get_or_insert((place, row));
            }
            if row > rows {
                taken.get_or_insert((place, row));
            }
            if row < 0.0 {
                negative.get_or_insert((place, row));
            }
            Enough::No
        };
        passes::numbers(report, &object.dataset()?, [None; 3], see, move |[beyond, taken, negative], report| {
            let sampled = |found: Option<(u64, f64)>| found.is_some_and(|(place, _)| place < SAMPLE);
            let faults =
                [(beyond, "beyond the end of the table", sampled(taken)), (negative, "below zero", sampled(negative))];
            let peer_finds = faults.iter().any(|(.., finds)| *finds);
            for (found, message, finds) in faults {
                let Some((place, row)) = found else { continue };
                let finding = at(&region, format!("the region names a row {message}"))
                    .expected(format!("rows from 0 to {}", rows - 1.0))
                    .found(format!("{row} at place {place}"))
                    .remedy("name rows by their numbers, from 0, and not by their ids");
                report.add(match () {
                    () if finds => finding,
                    () if place >= SAMPLE => finding.beyond_peer(SAMPLED),
                    () if peer_finds => finding.beyond_peer("nwbinspector tells one fault of a region"),
                    () => finding.beyond_peer("nwbinspector takes the number of rows for a row"),
                });
            }
        })
    },
};
