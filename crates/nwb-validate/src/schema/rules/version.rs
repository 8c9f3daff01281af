//! The version of NWB that a file says it is of.

use nwb_model::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// The schema that a file carries is of the version that it says it is of.
pub(super) struct Version;

impl Rule for Version {
    fn code(&self) -> &'static str {
        "specs.version"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "The schema that a file carries is of the version that it says it is of."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let object = subject.object();
        if !subject.is_root() {
            return;
        }
        let Ok(cached) = object.get("/specifications/core") else { return };
        let versions: Vec<&str> = cached.links().unwrap_or_default().iter().map(|(name, _)| name.as_str()).collect();
        let said = object.attribute("nwb_version").ok().flatten().and_then(|value| value.as_text().ok());
        let Some(said) = said.map(|said| said.trim_start_matches("NWB-")) else { return };
        if !versions.is_empty() && !versions.contains(&said) {
            report.add(
                Finding::new("/", "the file carries the schema of another version than it says it is of")
                    .expected(format!("version {said}"))
                    .found(format!("version {}", versions.join(", ")))
                    .cause("programs that copy a file put their own schema beside its old version")
                    .remedy("the newest of the schemas in the file is used"),
            );
        }
    }
}
