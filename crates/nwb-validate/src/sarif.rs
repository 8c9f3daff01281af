//! Outcomes as SARIF 2.1.0, the form in which hosts of code and editors take the findings of analysers.
//!
//! One run: its rules are those that found something; each finding is a result at its file and, as a logical location, its object. A
//! fingerprint tells a finding again when the file has moved or others were mended. Severities are levels: `error` and `critical`
//! are errors, `violation` a warning, `suggestion` a note, and `information` is informational. What is [ignored](crate::ignore) is
//! there as suppressed, with its reason; files that could not be opened are notifications of the run.

use std::collections::HashMap;
use std::path::{Component, Path};

use indexmap::IndexMap;
use nwb_model::diagnosis::{Coverage, Finding, Severity};
use serde_json::{Map, Value, json};

use crate::many::Outcome;
use crate::registry::{Registry, Set};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// All outcomes as one log with one run.
#[must_use]
pub fn log(outcomes: &[Outcome], registry: &Registry<'_>) -> Value {
    let mut rules: IndexMap<&str, Value> = IndexMap::new();
    let mut results = Vec::new();
    for outcome in outcomes {
        // Of several findings alike in one place the second has another fingerprint than the first.
        let mut alike: HashMap<u128, u64> = HashMap::new();
        let told = outcome.findings.iter().map(|finding| (finding, None));
        let ignored = outcome.ignored.iter().map(|ignored| (&ignored.finding, Some(ignored.reason.as_str())));
        for (finding, reason) in told.chain(ignored) {
            let entry = rules.entry(finding.code);
            let index = entry.index();
            entry.or_insert_with(|| rule(finding, registry));
            let print = fingerprint(finding);
            let count = alike.entry(print).or_default();
            *count += 1;
            let print = format!("{print:032x}:{count}");
            results.push(result(finding, reason, index, &outcome.path, &print));
        }
    }
    let failed: Vec<Value> = outcomes.iter().filter_map(notification).collect();
    let mut invocation = json!({ "executionSuccessful": failed.is_empty() });
    if !failed.is_empty() {
        put(&mut invocation, "toolExecutionNotifications", failed.into());
    }
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "nwb validate",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.into_values().collect::<Vec<_>>(),
            } },
            "invocations": [invocation],
            "results": results,
        }],
    })
}

fn put(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(parts) = object {
        parts.insert(name.to_owned(), value);
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error | Severity::Critical => "error",
        Severity::Violation => "warning",
        Severity::Suggestion => "note",
        _ => "none",
    }
}

fn rule(finding: &Finding, registry: &Registry<'_>) -> Value {
    let mut rule = json!({ "id": finding.code });
    let Some((set, known)) = registry.rule(finding.code) else { return rule };
    put(&mut rule, "shortDescription", json!({ "text": known.doc() }));
    put(&mut rule, "defaultConfiguration", json!({ "level": level(known.severity()) }));
    let mut properties = Map::new();
    properties.insert("tags".into(), json!(["nwb", set.name()]));
    properties.insert("severity".into(), json!(known.severity().name()));
    if let Some(peer) = known.peer() {
        properties.insert("peer".into(), json!(peer));
        properties
            .insert("peerProgram".into(), json!(if set == Set::Practice { "nwbinspector" } else { "pynwb.validate" }));
    }
    put(&mut rule, "properties", properties.into());
    rule
}

fn result(finding: &Finding, reason: Option<&str>, index: usize, path: &Path, print: &str) -> Value {
    let mut result = json!({
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": level(finding.severity),
        "message": { "text": sentences(finding) },
        "locations": [{
            "physicalLocation": physical(path),
            "logicalLocations": [{
                "name": finding.object.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("/"),
                "fullyQualifiedName": finding.object,
                "kind": "object",
            }],
        }],
        "partialFingerprints": { "nwbFinding/v1": print },
    });
    if finding.severity == Severity::Information {
        put(&mut result, "kind", json!("informational"));
    }
    if let Some(reason) = reason {
        put(
            &mut result,
            "suppressions",
            json!([{ "kind": "external", "status": "accepted", "justification": reason }]),
        );
    }
    let sample = match &finding.coverage {
        Coverage::All => None,
        Coverage::Sample(sample) => Some(sample.as_str()),
    };
    let parts = [
        ("severity", Some(finding.severity.name())),
        ("peer", finding.peer),
        ("beyondPeer", finding.beyond_peer.as_deref()),
        ("spec", finding.spec.as_deref()),
        ("expected", finding.expected.as_deref()),
        ("found", finding.found.as_deref()),
        ("cause", finding.cause.as_deref()),
        ("remedy", finding.remedy.as_deref()),
        ("sample", sample),
    ];
    let said = parts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value?))));
    put(&mut result, "properties", Value::Object(said.collect()));
    result
}

/// The finding in one text: hosts show nothing else.
fn sentences(finding: &Finding) -> String {
    let mut text = format!("{}: {}", finding.object, finding.message);
    match (&finding.expected, &finding.found) {
        (Some(expected), Some(found)) => text.push_str(&format!(" (expected {expected}, found {found})")),
        (Some(expected), None) => text.push_str(&format!(" (expected {expected})")),
        (None, Some(found)) => text.push_str(&format!(" (found {found})")),
        (None, None) => {}
    }
    text.push('.');
    if let Some(cause) = &finding.cause {
        text.push_str(&format!(" Likely cause: {cause}."));
    }
    if let Some(remedy) = &finding.remedy {
        text.push_str(&format!(" What to do: {remedy}."));
    }
    text
}

fn physical(path: &Path) -> Value {
    // An NWB file has no lines; but hosts of code pass over results without one.
    json!({ "artifactLocation": { "uri": uri(path) }, "region": { "startLine": 1 } })
}

fn notification(outcome: &Outcome) -> Option<Value> {
    let error = outcome.error.as_ref()?;
    Some(json!({
        "level": "error",
        "message": { "text": error.to_string() },
        "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri(&outcome.path) } } }],
    }))
}

/// A path as a URI: one that is relative stays so.
fn uri(path: &Path) -> String {
    let mut uri = String::new();
    let mut names = Vec::new();
    for component in path.components() {
        match component {
            Component::Prefix(prefix) => names.push(escaped(&prefix.as_os_str().to_string_lossy())),
            Component::RootDir => uri.push_str("file:///"),
            Component::CurDir => {}
            Component::ParentDir => names.push("..".into()),
            Component::Normal(name) => names.push(escaped(&name.to_string_lossy())),
        }
    }
    uri.push_str(&names.join("/"));
    uri
}

fn escaped(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => escaped.push(char::from(byte)),
            byte => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

/// What tells a finding from others in its file, and stays when numbers in its words change: rule, object, and place in the schema.
fn fingerprint(finding: &Finding) -> u128 {
    // FNV-1a, which is the same for ever.
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for part in [finding.code, &finding.object, finding.spec.as_deref().unwrap_or_default()] {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013B);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use nwb_model::{Error, ErrorKind};

    fn finding(code: &'static str, severity: Severity, object: &str) -> Finding {
        let mut finding = Finding::new(object, "a \"message\" <b>").severity(severity);
        finding.code = code;
        finding
    }

    #[test]
    fn a_log_of_all_there_is() {
        let registry = Registry::standard();
        let mut first = Outcome::of_findings(
            "data/sub 1 ü#.nwb",
            vec![
                finding("value.fixed", Severity::Error, "/acquisition/x").expected("1").found("2").remedy("mend it"),
                finding("check_subject_age", Severity::Critical, "/general/subject").peer("check_subject_age"),
                finding("check_data_orientation", Severity::Violation, "/acquisition/x").cause("a transposed array"),
                finding("check_data_orientation", Severity::Violation, "/acquisition/x"),
                finding("lab.own", Severity::Suggestion, "/").spec("core NWBFile.x").beyond_peer("it samples"),
                finding("upgrade.x", Severity::Information, "/"),
            ],
        );
        let ignored = finding("check_subject_age", Severity::Suggestion, "/general/subject");
        first.ignored.push(crate::ignore::Ignored { finding: ignored, reason: "lost".into() });
        let second = Outcome::of_error("/abs/b.nwb", Error::new(ErrorKind::NotNwb, "it is none"));
        let mut log = log(&[first, second], &registry);
        log["runs"][0]["tool"]["driver"]["semanticVersion"] = "0.0.0".into();
        insta::assert_snapshot!(serde_json::to_string_pretty(&log).unwrap());
    }

    #[test]
    fn fingerprints_outlive_words_and_tell_findings_apart() {
        let of = |object: &str, found: &str| fingerprint(&finding("a", Severity::Error, object).found(found));
        assert_eq!(of("/a", "1"), of("/a", "2"));
        assert_ne!(of("/a", "1"), of("/b", "1"));
    }

    #[test]
    fn paths_are_uris() {
        for (path, expected) in
            [("a b/c#d.nwb", "a%20b/c%23d.nwb"), ("./a.nwb", "a.nwb"), ("../ü", "../%C3%BC"), ("/x/y", "file:///x/y")]
        {
            assert_eq!(uri(Path::new(path)), expected);
        }
    }
}
