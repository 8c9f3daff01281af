//! The help texts of the first versions.

use super::Upgrade;
use crate::catalog::is_older_than;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// Objects had an attribute \"help\" until NWB 2.1; it is kept and has no accessor.
pub(super) struct Help;

impl Rule for Help {
    fn code(&self) -> &'static str {
        "upgrade.help-attribute"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "Objects had an attribute \"help\" until NWB 2.1; it is kept and has no accessor."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let node = subject.node();
        let Some(spec) = subject.spec() else { return };
        if is_older_than(node, "2.1")
            && spec.attribute("help").is_none()
            && matches!(node.attribute("help"), Ok(Some(_)))
        {
            report.add(
                Finding::new(node.path(), "the attribute \"help\" is of an old version of NWB")
                    .remedy("read it by its name"),
            );
        }
    }
}

impl Upgrade for Help {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }
}
