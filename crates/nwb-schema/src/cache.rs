//! The cached form: the JSON texts that lie in files under `/specifications/<namespace>/<version>/`.

mod compiled;
mod embed;
mod write;

use std::error::Error as StdError;

use serde_json::Value;

use crate::error::{Error, ErrorKind, KeyPath, Result, Sink, Strictness};
use crate::read;
use crate::spec::{Namespace, Release};

pub use compiled::CachedNamespace;
pub use embed::embedded_files;
pub use write::write_namespace;
pub(crate) use write::{schema_value, source_value, unmarked};

/// The one namespace of a cached `namespace` text.
///
/// `document` is the name that errors call it by.
///
/// # Errors
///
/// The text is no JSON, or does not define exactly one namespace.
pub fn namespace(text: &str, document: &str) -> Result<Namespace> {
    namespace_with(text, document, &mut Sink::new(Strictness::Strict, &mut Vec::new()))
}

fn namespace_with(text: &str, document: &str, sink: &mut Sink<'_>) -> Result<Namespace> {
    let mut namespaces = read::namespaces(value(text, document)?, document, sink)?;
    let at = KeyPath::Document(document);
    let count = namespaces.len();
    if count > 1 {
        let expected = "one namespace";
        sink.report(Error::new(ErrorKind::Malformed, &at.key("namespaces"), expected, format!("{count}")))?;
        namespaces.truncate(1);
    }
    let expected = "a namespace";
    namespaces.pop().ok_or_else(|| Error::new(ErrorKind::Malformed, &at.key("namespaces"), expected, "an empty list"))
}

/// A namespace out of its cached texts: that of `namespace`, and those of the sources, which `load` gives by name.
///
/// `document` is the name that errors call the `namespace` text by. With [`Strictness::Lenient`] the faults are in
/// [`Release::problems`], and an error is only what leaves nothing to use: a `namespace` text that is none.
///
/// The numbers that JSON does not have, which Python writes as bare words, become the texts `NaN`, `Infinity` and `-Infinity`.
///
/// # Errors
///
/// The texts are no JSON, not what the specification language allows, or a source cannot be loaded.
///
/// ```
/// use nwb_schema::{Strictness, cache};
/// let namespace = r#"{"namespaces":[{"doc":"Ours.","schema":[{"source":"my-lab"}],"name":"my-lab","version":"0.1.0"}]}"#;
/// let source = r#"{"groups":[{"neurodata_type_def":"Rig","doc":"A rig."}]}"#;
/// let release = cache::read_namespace(namespace, "my-lab/namespace", Strictness::Lenient, |_| Ok(source.to_owned()))?;
/// assert_eq!(release.sources[0].name, "my-lab");
/// assert!(release.problems.is_empty());
/// # Ok::<(), nwb_schema::Error>(())
/// ```
pub fn read_namespace<T: AsRef<str>>(
    text: &str,
    document: &str,
    strictness: Strictness,
    mut load: impl FnMut(&str) -> Result<T, Box<dyn StdError + Send + Sync>>,
) -> Result<Release> {
    let mut problems = Vec::new();
    let mut sink = Sink::new(strictness, &mut problems);
    let namespace = namespace_with(text, document, &mut sink)?;
    let (namespace, sources) = read::release(namespace, &mut sink, |name, document| {
        let text = load(name).map_err(|cause| {
            let at = KeyPath::Document(document);
            Error::new(ErrorKind::MissingSource, &at, format!("the source {name:?}"), cause.to_string())
                .caused_by(cause)
        })?;
        value(text.as_ref(), document)
    })?;
    let mut release = Release::new(namespace, sources);
    release.problems = problems;
    Ok(release)
}

fn value(text: &str, document: &str) -> Result<Value> {
    serde_json::from_str(text).or_else(|cause| {
        // Python writes numbers that JSON does not have as bare words.
        if let Some(text) = quoted_numbers(text)
            && let Ok(value) = serde_json::from_str(&text)
        {
            return Ok(value);
        }
        Err(Error::new(ErrorKind::Malformed, &KeyPath::Document(document), "JSON", cause.to_string()).caused_by(cause))
    })
}

/// The text with `NaN`, `Infinity` and `-Infinity` outside of texts put into quotes, if there are any.
fn quoted_numbers(text: &str) -> Option<String> {
    let mut quoted = String::with_capacity(text.len() + 16);
    let (mut rest, mut found) = (text, false);
    while let Some(character) = rest.chars().next() {
        let bare = ["NaN", "Infinity", "-Infinity"].into_iter().find(|word| rest.starts_with(word));
        let length = match (character, bare) {
            ('"', _) => text_length(rest),
            (_, Some(word)) => {
                found = true;
                quoted.push_str(&format!("\"{word}\""));
                rest = rest.get(word.len()..)?;
                continue;
            }
            (_, None) => character.len_utf8(),
        };
        let (taken, after) = rest.split_at_checked(length)?;
        quoted.push_str(taken);
        rest = after;
    }
    found.then_some(quoted)
}

/// How long the JSON text at the start is, quotes included.
fn text_length(rest: &str) -> usize {
    let mut escaped = false;
    for (position, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return position + 1,
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}
