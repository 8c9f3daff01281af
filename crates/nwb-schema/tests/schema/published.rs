//! What several tests need.

use std::path::PathBuf;

use nwb_schema::spec::Release;

/// The published namespaces as YAML, or nothing, with a message, where this crate stands outside of its workspace.
pub(crate) fn published() -> Option<Vec<Release>> {
    let schema = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../schema");
    if !schema.is_dir() {
        eprintln!("skipped: no folder {}", schema.display());
        return None;
    }
    let mut releases = Vec::new();
    let mut namespaces: Vec<_> = std::fs::read_dir(&schema).unwrap().map(|entry| entry.unwrap().path()).collect();
    namespaces.sort();
    for namespace in namespaces.into_iter().filter(|path| path.is_dir()) {
        let name = namespace.file_name().unwrap().to_str().unwrap().to_owned();
        let versions: Vec<_> = std::fs::read_dir(&namespace).unwrap().map(|entry| entry.unwrap().path()).collect();
        let [version] = versions.as_slice() else { panic!("one version of {name} is embedded, found {versions:?}") };
        releases.push(nwb_schema::yaml::folder(version, &name).unwrap());
    }
    Some(releases)
}
