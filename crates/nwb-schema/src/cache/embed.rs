//! The files that carry specs inside of this crate.

use std::fmt::Write as _;

use super::write_namespace;
use crate::spec::Release;

/// What must lie in `src/embedded/` of this crate for these namespaces to be compiled in: pairs of a path below that folder, with
/// forward slashes, and a text. The first is `generated.rs`, which includes the others.
///
/// The same releases in the same order give the same texts.
pub fn embedded_files(releases: &[Release]) -> Vec<(String, String)> {
    let mut list = String::from(
        "//! Written by `cargo xtask codegen`; not to be edited.\n\nuse super::CachedNamespace;\n\n\
         pub(super) static NAMESPACES: &[CachedNamespace] = &[\n",
    );
    let mut files = Vec::new();
    // Writing to a String cannot fail.
    for release in releases {
        let (name, version) = (&release.namespace.name, &release.namespace.version);
        let _ = writeln!(
            list,
            "    CachedNamespace {{\n        name: {name:?},\n        version: {version:?},\n        texts: &["
        );
        for (source, text) in write_namespace(release) {
            let path = format!("{name}/{version}/{source}.json");
            let _ = writeln!(list, "            ({source:?}, include_str!({path:?})),");
            files.push((path, text));
        }
        list.push_str("        ],\n    },\n");
    }
    list.push_str("];\n");
    files.insert(0, ("generated.rs".to_owned(), list));
    files
}
