//! The schema that a file brings along.

use nwb::schema::spec::Release;
use nwb::schema::{Catalog, Strictness, cache, embedded};
use nwb::{File, Object};

use super::Schema;

/// The types as the file's own writer had them; of a namespace that is not cached, and is needed, what is built in.
pub(super) fn schema(file: &File) -> Schema {
    let mut schema = Schema { label: file.label().to_owned(), ..Schema::embedded() };
    let Ok(root) = file.get("/") else { return schema };
    let Ok(Some(folder)) = root.child("specifications") else { return schema };
    let mut releases = Vec::new();
    for (namespace, _) in folder.links().unwrap_or_default() {
        match release(&root, &folder, namespace) {
            Ok(Some(release)) => releases.push(release),
            Ok(None) => {}
            Err(why) => schema.problems.push(format!("the cached namespace {namespace} cannot be read: {why}")),
        }
    }
    let cached: Vec<String> = releases.iter().map(|release| release.namespace.name.clone()).collect();
    let mut builder = Catalog::builder().strictness(Strictness::Lenient);
    for ours in embedded::catalog().releases().filter(|ours| !cached.contains(&ours.namespace.name)) {
        builder = builder.add_shared(ours.clone());
    }
    for release in releases {
        builder = builder.add(release);
    }
    match builder.build() {
        Ok(catalog) => (schema.catalog, schema.cached) = (catalog, cached),
        Err(error) => schema.problems.push(format!("the cached schema cannot be used: {error}")),
    }
    schema
}

/// Of several versions of a namespace the one that the file says it is of, else the newest.
fn release(root: &Object, folder: &Object, namespace: &str) -> Result<Option<Release>, String> {
    let reading = |error: nwb::Error| error.message().to_owned();
    let Some(versions) = folder.child(namespace).map_err(reading)? else { return Ok(None) };
    let said = root.attribute("nwb_version").ok().flatten().and_then(|value| value.as_text().ok().map(str::to_owned));
    let names: Vec<&str> = versions.links().map_err(reading)?.iter().map(|(name, _)| name.as_str()).collect();
    let said = said.as_deref().filter(|said| namespace == "core" && names.contains(said));
    let Some(chosen) = said.or_else(|| names.iter().copied().max_by_key(|name| numbers(name))) else { return Ok(None) };
    let Some(version) = versions.child(chosen).map_err(reading)? else { return Ok(None) };
    let text = |name: &str| -> Result<String, String> {
        let object = version.get(name).map_err(reading)?;
        let value = object.dataset().and_then(|dataset| dataset.read_value(..)).map_err(reading)?;
        Ok(value.as_text().map_err(reading)?.to_owned())
    };
    let document = format!("{}/namespace", version.path());
    cache::read_namespace(&text("namespace")?, &document, Strictness::Lenient, |source| Ok(text(source)?))
        .map(Some)
        .map_err(|error| error.to_string())
}

fn numbers(version: &str) -> Vec<u64> {
    version.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}
