//! Types that only another version of NWB has.

use super::Upgrade;
use crate::catalog::is_ours;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// A type that is not in the schemas of today is seen as the nearest type above it that is, as the specs in the file tell.
pub(super) struct OtherVersion;

impl Rule for OtherVersion {
    fn code(&self) -> &'static str {
        "upgrade.other-version"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "A type that is not in the schemas of today is seen as the nearest type above it that is, as the specs in the file tell."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let Ok(Some((namespace, name))) = subject.object().type_name() else { return };
        let Some(spec) = subject.spec() else { return };
        if !is_ours(namespace) || nwb_schema::embedded::catalog().resolve_type(namespace, name).is_some() {
            return;
        }
        let known = |above: &&nwb_schema::TypeName| {
            nwb_schema::embedded::catalog().resolve_type(above.namespace(), above.name()).is_some()
        };
        let nearest = spec.ancestors().iter().find(known).map_or("of no type", |above| above.name());
        report.add(
            Finding::new(subject.object().path(), "the type is not in this version of NWB")
                .expected(format!("to be seen as {nearest}"))
                .found(format!("{namespace} {name}")),
        );
    }
}

impl Upgrade for OtherVersion {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }
}
