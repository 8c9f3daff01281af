//! Indices and regions from before they were numbers.

use super::Upgrade;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::dtype::Dtype;
use crate::types::{DynamicTableRegion, VectorIndex};

/// Cells of ragged columns and regions of tables were references to regions in the betas of NWB 2.0; they are kept, and are no row numbers.
pub(super) struct RegionReferences;

impl Rule for RegionReferences {
    fn code(&self) -> &'static str {
        "upgrade.region-references"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "Cells of ragged columns and regions of tables were references to regions in the betas of NWB 2.0; they are kept, and are no row numbers."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let is_column = subject.view::<VectorIndex>().is_some() || subject.view::<DynamicTableRegion>().is_some();
        let Ok(info) = subject.node().info() else { return };
        if is_column && info.dtype == Dtype::RegionReference {
            report.add(
                Finding::new(
                    subject.object().path(),
                    "the column holds references to regions, as in the betas of NWB 2.0",
                )
                .expected("row numbers")
                .found("references to regions")
                .remedy("read the references as values"),
            );
        }
    }
}

impl Upgrade for RegionReferences {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }
}
