//! Writing the cached form as PyNWB does: nothing resolved, nothing that is the default, ASCII alone.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::spec::{
    AttributeSpec, DatasetSpec, Dims, Dtype, DtypeMember, Extra, GroupSpec, KeySpelling, LinkSpec, Names, Namespace,
    Quantity, Release, SchemaItem, Shape, Source, SourceInclude,
};

/// The cached texts of a release: `namespace` first, then each source, as `(name, JSON text)`.
///
/// The text is compact, and what is not ASCII is escaped. Left out are the defaults (`quantity: 1`, `required: true`), the
/// `date` of the namespace, the doc and title of its sources, and the choice of types in its includes.
///
/// ```
/// # use nwb_schema::{Strictness, cache};
/// # let namespace = r#"{"namespaces":[{"doc":"Ours.","schema":[{"source":"my-lab"}],"name":"my-lab","version":"0.1.0"}]}"#;
/// # let source = r#"{"groups":[{"neurodata_type_def":"Rig","doc":"A rig."}]}"#;
/// # let release = cache::read_namespace(namespace, "my-lab/namespace", Strictness::Strict, |_| Ok(source.to_owned()))?;
/// let texts = cache::write_namespace(&release);
/// assert_eq!(texts[0], ("namespace".to_owned(), namespace.to_owned()));
/// assert_eq!(texts[1], ("my-lab".to_owned(), source.to_owned()));
/// # Ok::<(), nwb_schema::Error>(())
/// ```
pub fn write_namespace(release: &Release) -> Vec<(String, String)> {
    let namespace = json!({ "namespaces": [namespace(&release.namespace)] });
    let mut texts = vec![("namespace".to_owned(), ascii(&namespace))];
    texts.extend(release.sources.iter().map(|each| (each.name.clone(), ascii(&source_value(each)))));
    texts
}

/// What marks the texts that stand for numbers which JSON does not have: no schema has it.
const BARE: char = '\0';

/// A value of a number type, with the numbers that JSON does not have marked.
fn constant(value: &Value, dtype: Option<&Dtype>) -> Value {
    let is_number = dtype.and_then(Dtype::as_flat).is_some_and(|flat| flat.is_number());
    match value {
        Value::String(text) if is_number && matches!(text.as_str(), "NaN" | "Infinity" | "-Infinity") => {
            Value::from(format!("{BARE}{text}"))
        }
        other => other.clone(),
    }
}

/// The value without such marks.
pub(crate) fn unmarked(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.strip_prefix(BARE).map_or(text.clone(), str::to_owned)),
        Value::Array(values) => values.into_iter().map(unmarked).collect(),
        Value::Object(entries) => {
            Value::Object(entries.into_iter().map(|(key, value)| (key, unmarked(value))).collect())
        }
        other => other,
    }
}

/// Writes the marked numbers as Python does: as bare words.
fn bare_numbers(text: String) -> String {
    if !text.contains("\\u0000") {
        return text;
    }
    ["NaN", "Infinity", "-Infinity"]
        .iter()
        .fold(text, |text, number| text.replace(&format!("\"\\u0000{number}\""), number))
}

/// Compact JSON with everything outside printable ASCII escaped.
fn ascii(value: &Value) -> String {
    let text = bare_numbers(value.to_string());
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len() + 64);
    let mut units = [0; 2];
    // Outside of texts compact JSON is ASCII, and inside control characters are escaped already.
    for character in text.chars() {
        if (' '..='~').contains(&character) {
            escaped.push(character);
        } else {
            for unit in character.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped
}

/// A mapping in the making.
struct Entries(Map<String, Value>);

impl Entries {
    fn new() -> Self {
        Self(Map::new())
    }

    fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    fn put_some<V: Clone + Into<Value>>(&mut self, key: &str, value: Option<&V>) {
        if let Some(value) = value {
            self.put(key, value.clone());
        }
    }

    fn put_list<T>(&mut self, key: &str, items: &[T], write: impl Fn(&T) -> Value) {
        if !items.is_empty() {
            self.put(key, items.iter().map(write).collect::<Vec<_>>());
        }
    }

    fn finish(mut self, extra: &Extra) -> Value {
        for (key, value) in extra {
            self.0.entry(key.clone()).or_insert_with(|| value.clone());
        }
        Value::Object(self.0)
    }
}

fn namespace(namespace: &Namespace) -> Value {
    let mut schema = Vec::new();
    for include in namespace.includes() {
        let mut item = Entries::new();
        item.put("namespace", include.namespace.as_str());
        schema.push(item.finish(&include.extra));
    }
    for item in &namespace.schema {
        if let SchemaItem::Source(include) = item {
            let mut item = Entries::new();
            item.put("source", SourceInclude::stem(&include.source));
            schema.push(item.finish(&include.extra));
        }
    }
    let mut entries = Entries::new();
    entries.put("doc", namespace.doc.as_str());
    entries.put("schema", schema);
    entries.put("name", namespace.name.as_str());
    entries.put_some("full_name", namespace.full_name.as_ref());
    entries.put("version", namespace.version.as_str());
    entries.put_some("author", namespace.author.as_ref().map(people).as_ref());
    entries.put_some("contact", namespace.contact.as_ref().map(people).as_ref());
    entries.finish(&namespace.extra)
}

/// A namespace as a schema says it: nothing is left out.
pub(crate) fn schema_value(namespace: &Namespace) -> Value {
    let mut entries = Entries::new();
    entries.put("doc", namespace.doc.as_str());
    entries.put("name", namespace.name.as_str());
    entries.put_some("full_name", namespace.full_name.as_ref());
    entries.put("version", namespace.version.as_str());
    entries.put_some("date", namespace.date.as_ref());
    entries.put_some("author", namespace.author.as_ref().map(people).as_ref());
    entries.put_some("contact", namespace.contact.as_ref().map(people).as_ref());
    entries.put("schema", namespace.schema.iter().map(schema_item).collect::<Vec<_>>());
    json!({ "namespaces": [entries.finish(&namespace.extra)] })
}

fn schema_item(item: &SchemaItem) -> Value {
    let mut entries = Entries::new();
    let (types, spelling, extra) = match item {
        SchemaItem::Namespace(include) => {
            entries.put("namespace", include.namespace.as_str());
            (&include.types, include.key_spelling, &include.extra)
        }
        SchemaItem::Source(include) => {
            entries.put("source", include.source.as_str());
            entries.put_some("title", include.title.as_ref());
            entries.put_some("doc", include.doc.as_ref());
            (&include.types, include.key_spelling, &include.extra)
        }
    };
    let key = match spelling {
        KeySpelling::Neurodata => "neurodata_types",
        KeySpelling::Data => "data_types",
    };
    entries.put_some(key, types.as_ref());
    entries.finish(extra)
}

fn people(names: &Names) -> Value {
    match names {
        Names::One(name) => Value::from(name.as_str()),
        Names::Many(names) => Value::from(names.clone()),
    }
}

pub(crate) fn source_value(source: &Source) -> Value {
    let mut entries = Entries::new();
    entries.put_list("datasets", &source.datasets().collect::<Vec<_>>(), |spec| dataset(spec));
    entries.put_list("groups", &source.groups().collect::<Vec<_>>(), |spec| group(spec));
    entries.finish(&source.extra)
}

fn group(spec: &GroupSpec) -> Value {
    let mut entries = Entries::new();
    entries.put_some(spec.key_spelling.def_key(), spec.type_def.as_ref());
    entries.put_some(spec.key_spelling.inc_key(), spec.type_inc.as_ref());
    entries.put_some("name", spec.name.as_ref());
    entries.put_some("default_name", spec.default_name.as_ref());
    entries.put("doc", spec.doc.as_str());
    put_quantity(&mut entries, spec.quantity);
    put_linkable(&mut entries, spec.linkable);
    entries.put_list("attributes", &spec.attributes, attribute);
    entries.put_list("datasets", &spec.datasets, dataset);
    entries.put_list("groups", &spec.groups, group);
    entries.put_list("links", &spec.links, link);
    entries.finish(&spec.extra)
}

fn dataset(spec: &DatasetSpec) -> Value {
    let mut entries = Entries::new();
    entries.put_some(spec.key_spelling.def_key(), spec.type_def.as_ref());
    entries.put_some(spec.key_spelling.inc_key(), spec.type_inc.as_ref());
    entries.put_some("name", spec.name.as_ref());
    entries.put_some("default_name", spec.default_name.as_ref());
    entries.put("doc", spec.doc.as_str());
    entries.put_some("dtype", spec.dtype.as_ref().map(dtype).as_ref());
    entries.put_some("shape", spec.shape.as_ref().map(shape).as_ref());
    entries.put_some("dims", spec.dims.as_ref().map(dims).as_ref());
    entries.put_some("value", spec.value.as_ref().map(|value| constant(value, spec.dtype.as_ref())).as_ref());
    entries.put_some(
        "default_value",
        spec.default_value.as_ref().map(|value| constant(value, spec.dtype.as_ref())).as_ref(),
    );
    put_quantity(&mut entries, spec.quantity);
    put_linkable(&mut entries, spec.linkable);
    entries.put_list("attributes", &spec.attributes, attribute);
    entries.finish(&spec.extra)
}

fn attribute(spec: &AttributeSpec) -> Value {
    let mut entries = Entries::new();
    entries.put("name", spec.name.as_str());
    entries.put("doc", spec.doc.as_str());
    entries.put_some("dtype", spec.dtype.as_ref().map(dtype).as_ref());
    entries.put_some("shape", spec.shape.as_ref().map(shape).as_ref());
    entries.put_some("dims", spec.dims.as_ref().map(dims).as_ref());
    entries.put_some("value", spec.value.as_ref().map(|value| constant(value, spec.dtype.as_ref())).as_ref());
    entries.put_some(
        "default_value",
        spec.default_value.as_ref().map(|value| constant(value, spec.dtype.as_ref())).as_ref(),
    );
    if !spec.required {
        entries.put("required", false);
    }
    entries.finish(&spec.extra)
}

fn link(spec: &LinkSpec) -> Value {
    let mut entries = Entries::new();
    entries.put_some("name", spec.name.as_ref());
    entries.put_some("default_name", spec.default_name.as_ref());
    entries.put("doc", spec.doc.as_str());
    entries.put("target_type", spec.target_type.as_str());
    put_quantity(&mut entries, spec.quantity);
    entries.finish(&spec.extra)
}

fn put_quantity(entries: &mut Entries, quantity: Quantity) {
    match quantity {
        Quantity::Exactly(1) => {}
        Quantity::Exactly(count) => entries.put("quantity", count),
        sign => entries.put("quantity", sign.to_string()),
    }
}

fn put_linkable(entries: &mut Entries, linkable: Option<bool>) {
    if linkable == Some(false) {
        entries.put("linkable", false);
    }
}

fn dtype(dtype: &Dtype) -> Value {
    match dtype {
        Dtype::Flat { spelling, .. } => Value::from(*spelling),
        Dtype::Reference { target_type, reftype } => json!({ "target_type": target_type, "reftype": reftype.as_str() }),
        Dtype::Compound(members) => members.iter().map(member).collect(),
    }
}

fn member(member: &DtypeMember) -> Value {
    let mut entries = Entries::new();
    entries.put("name", member.name.as_str());
    entries.put("doc", member.doc.as_str());
    entries.put("dtype", dtype(&member.dtype));
    entries.finish(&member.extra)
}

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::Scalar => Value::from("scalar"),
        Shape::One(extents) => json!(extents),
        Shape::Alternatives(alternatives) => json!(alternatives),
    }
}

fn dims(dims: &Dims) -> Value {
    match dims {
        Dims::One(names) => json!(names),
        Dims::Alternatives(alternatives) => json!(alternatives),
    }
}
