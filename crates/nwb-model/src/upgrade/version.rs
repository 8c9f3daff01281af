//! Versions as early writers spelled them.

use super::Upgrade;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// A version such as 2.0b or NWB-2.1.0 is read as the version that it means.
pub(super) struct VersionSpelling;

impl Rule for VersionSpelling {
    fn code(&self) -> &'static str {
        "upgrade.version-spelling"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "A version such as 2.0b or NWB-2.1.0 is read as the version that it means."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        if !subject.is_root() {
            return;
        }
        let Ok(Some(version)) = subject.node().attribute("nwb_version") else { return };
        let Ok(text) = version.as_text() else { return };
        if text.split('.').count() != 3 || !text.starts_with(|c: char| c.is_ascii_digit()) {
            report.add(
                Finding::new("/", "the version of NWB is spelled as in the first releases")
                    .expected("a version such as 2.11.0")
                    .found(format!("\"{text}\"")),
            );
        }
    }
}

impl Upgrade for VersionSpelling {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }
}
