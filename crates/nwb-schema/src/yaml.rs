//! Schemas as they are written: YAML.
//!
//! The YAML is that of version 1.2: a bare `y`, `n`, `yes`, `no`, `on` or `off` is text. A version such as `1.10` must stand in
//! quotes, or it is a number; that is an error, since `1.10` and `1.1` are the same number. What JSON has no number for (`.nan`,
//! `.inf`) becomes the texts `NaN`, `Infinity` and `-Infinity`, as in the cached form.

use std::error::Error as StdError;
use std::path::Path;

use serde_json::{Map, Number, Value};

use crate::error::{Error, ErrorKind, KeyPath, Result, Sink, Strictness};
use crate::spec::{Namespace, Release, SourceInclude};
use crate::{cache, read};

/// The namespaces that a YAML text defines; one file may define several.
///
/// `document` is the name that errors call it by.
///
/// # Errors
///
/// The text is no YAML, or not the definition of namespaces.
///
/// ```
/// let text = "namespaces: [{name: my-lab, version: 0.1.0, doc: Ours., schema: [{source: my-lab.yaml}]}]";
/// let namespaces = nwb_schema::yaml::namespaces(text, "my-lab.namespace.yaml")?;
/// assert_eq!(namespaces[0].version, "0.1.0");
/// # Ok::<(), nwb_schema::Error>(())
/// ```
pub fn namespaces(text: &str, document: &str) -> Result<Vec<Namespace>> {
    let mut problems = Vec::new();
    read::namespaces(value(text, document)?, document, &mut Sink::new(Strictness::Strict, &mut problems))
}

/// A namespace with its sources, whose YAML text `load` gives for each name as the namespace spells it.
///
/// # Errors
///
/// A source cannot be loaded, is no YAML, or is not what the specification language allows.
///
/// ```
/// # let text = "namespaces: [{name: my-lab, version: 0.1.0, doc: Ours., schema: [{source: my-lab.yaml}]}]";
/// # let namespace = nwb_schema::yaml::namespaces(text, "my-lab.namespace.yaml")?.remove(0);
/// let release = nwb_schema::yaml::release(namespace, |source| match source {
///     "my-lab.yaml" => Ok("groups: [{neurodata_type_def: Rig, doc: A rig.}]".to_owned()),
///     other => Err(format!("no source {other}").into()),
/// })?;
/// assert_eq!(release.sources[0].groups().count(), 1);
/// # Ok::<(), nwb_schema::Error>(())
/// ```
pub fn release(
    namespace: Namespace,
    load: impl FnMut(&str) -> Result<String, Box<dyn StdError + Send + Sync>>,
) -> Result<Release> {
    release_with(namespace, Strictness::Strict, load)
}

fn release_with(
    namespace: Namespace,
    strictness: Strictness,
    mut load: impl FnMut(&str) -> Result<String, Box<dyn StdError + Send + Sync>>,
) -> Result<Release> {
    let mut problems = Vec::new();
    let mut sink = Sink::new(strictness, &mut problems);
    let (namespace, sources) = read::release(namespace, &mut sink, |name, document| {
        let text = load(name).map_err(|cause| {
            let at = KeyPath::Document(document);
            Error::new(ErrorKind::MissingSource, &at, format!("the source {name:?}"), cause.to_string())
                .caused_by(cause)
        })?;
        value(&text, document)
    })?;
    let mut release = Release::new(namespace, sources);
    release.problems = problems;
    Ok(release)
}

/// All namespaces that a YAML text defines, with their sources, whose YAML text `load` gives for each name as the namespace spells it.
///
/// With [`Strictness::Lenient`], which is right for the schemas of others, the faults are in [`Release::problems`], and an error is
/// only what leaves nothing to use.
///
/// # Errors
///
/// As [`namespaces`] and [`release`].
///
/// ```
/// # use nwb_schema::{Strictness, yaml};
/// let text = "namespaces: [{name: my-lab, version: 0.1.0, doc: Ours., schema: [{source: my-lab.yaml}]}]";
/// let source = "groups: [{neurodata_type_def: Rig, doc: A rig.}]";
/// let releases = yaml::read_namespaces(text, "my-lab.namespace.yaml", Strictness::Lenient, |_| Ok(source.to_owned()))?;
/// assert_eq!(releases[0].namespace.name, "my-lab");
/// # Ok::<(), nwb_schema::Error>(())
/// ```
pub fn read_namespaces(
    text: &str,
    document: &str,
    strictness: Strictness,
    mut load: impl FnMut(&str) -> Result<String, Box<dyn StdError + Send + Sync>>,
) -> Result<Vec<Release>> {
    let mut problems = Vec::new();
    let found = read::namespaces(value(text, document)?, document, &mut Sink::new(strictness, &mut problems))?;
    let mut releases = Vec::with_capacity(found.len());
    for namespace in found {
        let mut release = release_with(namespace, strictness, &mut load)?;
        release.problems.splice(0..0, problems.drain(..));
        releases.push(release);
    }
    Ok(releases)
}

/// All namespaces that a namespace file defines, with their sources, which lie beside it.
///
/// # Errors
///
/// A file cannot be read, or what [`read_namespaces`] refuses.
///
/// ```no_run
/// # use nwb_schema::{Strictness, yaml};
/// let releases = yaml::file("spec/ndx-my-lab.namespace.yaml".as_ref(), Strictness::Lenient)?;
/// # Ok::<(), nwb_schema::Error>(())
/// ```
pub fn file(path: &Path, strictness: Strictness) -> Result<Vec<Release>> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|cause| {
        let at = KeyPath::Document(&shown);
        Error::new(ErrorKind::MissingSource, &at, "a namespace file", cause.to_string()).caused_by(cause)
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    read_namespaces(&text, &shown, strictness, |source| Ok(std::fs::read_to_string(folder.join(source))?))
}

/// A namespace from a folder that holds its namespace file (`*namespace.yaml`) and its sources.
///
/// # Errors
///
/// The folder cannot be read, no namespace file in it defines `namespace`, or what [`namespaces`] and [`release`] refuse.
pub fn folder(folder: &Path, namespace: &str) -> Result<Release> {
    folder_with(folder, namespace, Strictness::Strict)
}

/// As [`folder`], as strictly as asked for: leniently for the schemas of others, whose faults are then in [`Release::problems`].
///
/// # Errors
///
/// As [`folder`].
pub fn folder_with(folder: &Path, namespace: &str, strictness: Strictness) -> Result<Release> {
    let shown = folder.display().to_string();
    let at = KeyPath::Document(&shown);
    let unreadable = |expected: &str, cause: std::io::Error| {
        Error::new(ErrorKind::MissingSource, &at, expected, cause.to_string()).caused_by(cause)
    };
    let expected = format!("a namespace file that defines {namespace:?}");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|cause| unreadable(&expected, cause))? {
        let path = entry.map_err(|cause| unreadable(&expected, cause))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.ends_with("namespace.yaml") || name.ends_with("namespace.yml") {
            files.push(path);
        }
    }
    files.sort();
    for file in files {
        let text = std::fs::read_to_string(&file).map_err(|cause| unreadable(&expected, cause))?;
        let document = file.display().to_string();
        let mut problems = Vec::new();
        let found = read::namespaces(value(&text, &document)?, &document, &mut Sink::new(strictness, &mut problems))?;
        if let Some(namespace) = found.into_iter().find(|found| found.name == namespace) {
            let load = |source: &str| Ok(std::fs::read_to_string(folder.join(source))?);
            let mut release = release_with(namespace, strictness, load)?;
            release.problems.splice(0..0, problems);
            return Ok(release);
        }
    }
    Err(Error::new(ErrorKind::MissingNamespace, &at, expected, "none"))
}

/// The YAML files of a namespace, as `(file name, text)`: `<namespace>.namespace.yaml` first, then each source under the name that the
/// namespace gives it.
///
/// What is read from these is equal to what they were written from. The defaults (`quantity: 1`, `required: true`) are left out.
///
/// # Errors
///
/// A value cannot be written as YAML.
///
/// ```
/// # #[cfg(feature = "embedded")] {
/// use nwb_schema::author::NamespaceBuilder;
/// use nwb_schema::spec::GroupSpec;
/// let rig = GroupSpec::define("Rig", "LabMetaData", "A rig.");
/// let release = NamespaceBuilder::new("ndx-rig", "0.1.0", "Rigs.").include("core").define(rig).build()?;
/// let files = nwb_schema::yaml::texts(&release)?;
/// assert_eq!(files[0].0, "ndx-rig.namespace.yaml");
/// assert_eq!(files[1].1, "groups:\n- neurodata_type_def: Rig\n  neurodata_type_inc: LabMetaData\n  doc: A rig.\n");
/// # }
/// # Ok::<(), nwb_schema::Error>(())
/// ```
pub fn texts(release: &Release) -> Result<Vec<(String, String)>> {
    let namespace = &release.namespace;
    let mut files = vec![(format!("{}.namespace.yaml", namespace.name), cache::schema_value(namespace))];
    for (include, source) in namespace.sources().zip(&release.sources) {
        let spelled = &include.source;
        let name = if SourceInclude::stem(spelled) == spelled { format!("{spelled}.yaml") } else { spelled.clone() };
        files.push((name, cache::source_value(source)));
    }
    let text = |(name, value): (String, Value)| match yaml_serde::to_string(&value) {
        Ok(text) => Ok((name, bare_numbers(text))),
        Err(cause) => {
            let at = KeyPath::Document(&name);
            Err(Error::new(ErrorKind::Malformed, &at, "what YAML can say", cause.to_string()).caused_by(cause))
        }
    };
    files.into_iter().map(text).collect()
}

/// Writes the YAML files of a namespace into a folder; those that are there are replaced.
///
/// # Errors
///
/// As [`texts`], and when a file cannot be written.
pub fn write(release: &Release, folder: &Path) -> Result<()> {
    for (name, text) in texts(release)? {
        std::fs::write(folder.join(&name), text).map_err(|cause| {
            let shown = folder.join(&name).display().to_string();
            let at = KeyPath::Document(&shown);
            Error::new(ErrorKind::MissingSource, &at, "a file that can be written", cause.to_string()).caused_by(cause)
        })?;
    }
    Ok(())
}

/// The numbers that JSON does not have as YAML has them.
fn bare_numbers(text: String) -> String {
    [("NaN", ".nan"), ("Infinity", ".inf"), ("-Infinity", "-.inf")]
        .iter()
        .fold(text, |text, (marked, number)| text.replace(&format!("\"\\0{marked}\""), number))
}

/// A YAML text as a tree of JSON values.
fn value(text: &str, document: &str) -> Result<Value> {
    let at = KeyPath::Document(document);
    let not_yaml =
        |cause: yaml_serde::Error| Error::new(ErrorKind::Malformed, &at, "YAML", cause.to_string()).caused_by(cause);
    let mut yaml: yaml_serde::Value = yaml_serde::from_str(text).map_err(not_yaml)?;
    yaml.apply_merge().map_err(not_yaml)?;
    json(yaml, &at)
}

fn json(yaml: yaml_serde::Value, at: &KeyPath<'_>) -> Result<Value> {
    use yaml_serde::Value as Yaml;
    let refuse =
        |at: &KeyPath<'_>, found: String| Error::new(ErrorKind::Malformed, at, "a value that JSON has too", found);
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(truth) => Value::Bool(truth),
        Yaml::String(text) => Value::String(text),
        Yaml::Number(number) => {
            let integer = number.as_u64().map(Number::from).or_else(|| number.as_i64().map(Number::from));
            // What JSON has no number for is spelled out, as in the cached form.
            let number_of = |float: f64| match Number::from_f64(float) {
                Some(number) => Value::Number(number),
                None if float.is_nan() => Value::from("NaN"),
                None => Value::from(if float > 0.0 { "Infinity" } else { "-Infinity" }),
            };
            match (integer, number.as_f64()) {
                (Some(integer), _) => Value::Number(integer),
                (None, Some(float)) => number_of(float),
                (None, None) => return Err(refuse(at, number.to_string())),
            }
        }
        Yaml::Sequence(values) => Value::Array(
            values
                .into_iter()
                .enumerate()
                .map(|(index, value)| json(value, &at.index(index)))
                .collect::<Result<_>>()?,
        ),
        Yaml::Mapping(entries) => {
            let mut map = Map::with_capacity(entries.len());
            for (key, value) in entries {
                let Yaml::String(key) = key else {
                    return Err(refuse(at, format!("the key {key:?}, which is no text")));
                };
                let value = json(value, &at.key(&key))?;
                map.insert(key, value);
            }
            Value::Object(map)
        }
        Yaml::Tagged(tagged) => return Err(refuse(at, format!("the tag {}", tagged.tag))),
    })
}
