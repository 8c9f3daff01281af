//! Outcomes as JSON, for programs.
//!
//! A list of files, each with `path` and `findings`, and with `error` where it could not be opened; each finding with `code`, `peer`
//! (null where the peers have no name for it), `severity`, `object`, `message`, and with the rest where there is something to say:
//! `spec`, `expected`, `found`, `cause`, `remedy`, `beyond_peer`, and `sample` where not everything was looked at. What is
//! [ignored](crate::ignore) stands in a list `ignored` of the same form, with a `reason` each.

use nwb_model::diagnosis::{Coverage, Finding};
use serde_json::{Map, Value, json};

use crate::ignore::Ignored;
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
    if !outcome.ignored.is_empty() {
        object.insert("ignored".into(), outcome.ignored.iter().map(ignored).collect());
    }
    if let Some(error) = &outcome.error {
        object.insert("error".into(), json!(error.to_string()));
    }
    Value::Object(object)
}

fn ignored(ignored: &Ignored) -> Value {
    let mut value = finding(&ignored.finding);
    if let Value::Object(parts) = &mut value {
        parts.insert("reason".into(), json!(ignored.reason));
    }
    value
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
    let said = parts.into_iter().filter(|(name, value)| value.is_some() || *name == "peer");
    Value::Object(said.map(|(name, value)| (name.to_owned(), json!(value))).collect())
}
