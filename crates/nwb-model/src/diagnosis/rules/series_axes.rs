//! Lists of a series that do not have one element for each channel, band or feature.

use crate::diagnosis::tables::height;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::ext::series::check::ALONG;
use crate::tree::NodeRef;
use crate::types::{DynamicTable, TimeSeries};
use crate::view::NeurodataType as _;

/// What a series says of each channel, band or feature, it says of as many as the data have; of each external file it says
/// where its frames begin.
pub(super) struct SeriesAxes;

impl Rule for SeriesAxes {
    fn code(&self) -> &'static str {
        "series.axis"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "What a series says of each channel, band or feature, it says of as many as the data have; of each external file it says \
         where its frames begin."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let (Some(_), Some(own)) = (subject.view::<TimeSeries>(), subject.spec()) else { return };
        let node = subject.node();
        let member = |name| node.child(name).ok().flatten();
        let dims = member("data").and_then(|data| Some(data.info().ok()?.shape.dims())).unwrap_or_default();
        for along in ALONG {
            let (Some(extent), Some(found)) = (along.extent(dims, own), member(along.member).and_then(rows)) else {
                continue;
            };
            // Where no samples are there, nothing says how many of each there would be.
            if extent != found && !dims.contains(&0) {
                let (member, index) = (along.member, along.index);
                report.add(
                    Finding::new(
                        node.path_of(member),
                        format!("\"{member}\" does not have one element for each {index}"),
                    )
                    .spec(format!("core {}.{member}", along.series))
                    .expected(format!("{extent}, as axis {} of the data has", along.axis))
                    .found(found.to_string()),
                );
            }
        }
        let files = member("external_file").and_then(|files| Some((files, height(files)?)));
        if let Some((at, files)) = files
            && let Ok(Some(starts)) = at.attribute("starting_frame")
            && let Some(found) = starts.shape().dims().first().copied().or(starts.shape().len())
            && found != files
        {
            report.add(
                Finding::new(at.path(), "there are not as many starting frames as external files")
                    .spec("core ImageSeries.external_file@starting_frame")
                    .expected(files.to_string())
                    .found(found.to_string()),
            );
        }
    }
}

/// How many elements a list has; of a table, how many rows.
fn rows(at: NodeRef<'_>) -> Option<u64> {
    let object = at.to_object();
    if object.is::<DynamicTable>().unwrap_or(false) {
        return DynamicTable::from_object(object).row_count().ok();
    }
    height(at)
}
