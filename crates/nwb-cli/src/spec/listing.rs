//! All namespaces and their types.

use std::io::{self, Write};

use nwb::schema::{EffectiveType, Kind};
use serde_json::json;

use super::Schema;
use crate::output::{Paint, printable};

pub(super) fn json(out: &mut dyn Write, schema: &Schema) -> io::Result<()> {
    let namespaces: Vec<_> = schema
        .catalog
        .namespaces()
        .map(|namespace| {
            let types: Vec<_> = schema
                .catalog
                .types_of(&namespace.name)
                .map(|one| {
                    json!({
                        "name": one.name(),
                        "kind": kind(one),
                        "extends": one.parent().map(ToString::to_string),
                        "source": one.source(),
                        "doc": one.doc(),
                    })
                })
                .collect();
            json!({
                "name": namespace.name,
                "version": namespace.version,
                "cached": schema.cached.contains(&namespace.name),
                "types": types,
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &json!({ "namespaces": namespaces }))?;
    writeln!(out)
}

pub(super) fn text(out: &mut dyn Write, schema: &Schema, paint: Paint) -> io::Result<()> {
    for (number, namespace) in schema.catalog.namespaces().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        let heading = format!("{} {}", printable(&namespace.name), printable(&namespace.version));
        let count = schema.catalog.types_of(&namespace.name).count();
        let origin = schema.origin(&namespace.name);
        writeln!(out, "{}  {}", paint.strong(&heading), paint.faint(&format!("{origin}, {count} types")))?;
        let types: Vec<&EffectiveType> = schema.catalog.types_of(&namespace.name).collect();
        let name = types.iter().map(|one| one.name().chars().count()).max().unwrap_or(0);
        let parent = types.iter().map(|one| parent_name(one).chars().count()).max().unwrap_or(0);
        for one in types {
            let own = printable(one.name());
            let gap = " ".repeat(name.saturating_sub(own.chars().count()));
            let below = printable(&parent_name(one));
            writeln!(
                out,
                "  {}{gap}  {}  {}",
                paint.type_name(&own),
                paint.faint(&format!("{below:parent$}")),
                printable(&first_sentence(one.doc()))
            )?;
        }
    }
    Ok(())
}

pub(super) fn kind(one: &EffectiveType) -> &'static str {
    match one.kind() {
        Kind::Group => "group",
        Kind::Dataset => "dataset",
    }
}

fn parent_name(one: &EffectiveType) -> String {
    match one.parent() {
        None => "-".into(),
        Some(parent) if parent.namespace() == one.namespace() => parent.name().to_owned(),
        Some(parent) => parent.to_string(),
    }
}

fn first_sentence(doc: &str) -> String {
    let doc = doc.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = doc.find(". ").map_or(doc.len(), |at| at + 1);
    let sentence = doc.get(..end).unwrap_or_default();
    if sentence.chars().count() <= 90 {
        return sentence.to_owned();
    }
    sentence.chars().take(87).chain("...".chars()).collect()
}
