//! The age of a subject in files that do not say from when it is counted.

use super::Upgrade;
use crate::catalog::is_older_than;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// From which event an age is counted is not told before NWB 2.6; it is not taken to be birth.
pub(super) struct SubjectAge;

impl Rule for SubjectAge {
    fn code(&self) -> &'static str {
        "upgrade.subject-age"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "From which event an age is counted is not told before NWB 2.6; it is not taken to be birth."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let node = subject.node();
        if !subject.spec().is_some_and(|spec| spec.is_a_named("Subject")) {
            return;
        }
        if let Ok(Some(age)) = node.child("age")
            && matches!(age.attribute("reference"), Ok(None))
            && is_older_than(node.root(), "2.6")
        {
            report.add(
                Finding::new(age.path(), "it is not told from which event the age is counted")
                    .spec("core Subject.age@reference"),
            );
        }
    }
}

impl Upgrade for SubjectAge {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }
}
