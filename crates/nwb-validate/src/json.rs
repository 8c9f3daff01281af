//! Outcomes as JSON, for programs.
//!
//! A list of files, each with `path` and `findings`, and with `error` where it could not be opened; each finding with `code`,
//! `severity`, `object`, `message`, and with the rest where there is something to say: `peer`, `beyond_peer`, `spec`, `expected`,
//! `found`, `cause`, `remedy`, and `sample` where not everything was looked at.

use nwb_model::diagnosis::{Coverage, Finding};
use serde_json::{Map, Value, json};

use crate::many::Outcome;

/// All outcomes.
#[must_use]
pub fn outcomes(outcomes: &[Outcome]) -> Value {
    outcomes.iter().map(outcome).collect()
}

/// One file's.
#[must_use]
pub fn outcome(outcome: &Outcome) -> Value {
    let mut object = Map::new();
    object.insert("path".into(), json!(outcome.path.to_string_lossy()));
    object.insert("findings".into(), outcome.findings.iter().map(finding).collect());
    if let Some(error) = &outcome.error {
        object.insert("error".into(), json!(error.to_string()));
    }
    Value::Object(object)
}

/// One finding.
#[must_use]
pub fn finding(finding: &Finding) -> Value {
    let sample = match &finding.coverage {
        Coverage::All => None,
        Coverage::Sample(sample) => Some(sample.as_str()),
    };
    let parts = [
        ("code", Some(finding.code)),
        ("peer", finding.peer),
        ("severity", Some(finding.severity.name())),
        ("object", Some(finding.object.as_str())),
        ("spec", finding.spec.as_deref()),
        ("message", Some(finding.message.as_str())),
        ("expected", finding.expected.as_deref()),
        ("found", finding.found.as_deref()),
        ("cause", finding.cause.as_deref()),
        ("remedy", finding.remedy.as_deref()),
        ("beyond_peer", finding.beyond_peer.as_deref()),
        ("sample", sample),
    ];
    let said = parts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value?))));
    Value::Object(said.collect())
}
