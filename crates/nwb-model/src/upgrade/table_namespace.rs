//! Tables from before hdmf-common was split off from core.

use super::Upgrade;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// The types of tables were in core until NWB 2.2; they are seen as those of hdmf-common.
pub(super) struct TableNamespace;

impl Rule for TableNamespace {
    fn code(&self) -> &'static str {
        "upgrade.table-namespace"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "The types of tables were in core until NWB 2.2; they are seen as those of hdmf-common."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let Ok(Some((namespace, name))) = subject.object().type_name() else { return };
        let Some(spec) = subject.spec() else { return };
        if spec.name() == name && spec.namespace() != namespace {
            report.add(
                Finding::new(subject.object().path(), "the type is in another namespace today")
                    .expected(format!("{} {name}", spec.namespace()))
                    .found(format!("{namespace} {name}")),
            );
        }
    }
}

impl Upgrade for TableNamespace {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }
}
