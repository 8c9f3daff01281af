//! Files from before objects had ids.

use super::Upgrade;
use crate::catalog::is_older_than;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// Objects have had ids since NWB 2.1; those of older files have none.
pub(super) struct NoObjectIds;

impl Rule for NoObjectIds {
    fn code(&self) -> &'static str {
        "upgrade.no-object-ids"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "Objects have had ids since NWB 2.1; those of older files have none."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        if subject.is_root()
            && is_older_than(subject.node(), "2.1")
            && subject.object().object_id().ok().flatten().is_none()
        {
            report.add(Finding::new("/", "objects have no ids in this version of NWB"));
        }
    }
}

impl Upgrade for NoObjectIds {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }
}
