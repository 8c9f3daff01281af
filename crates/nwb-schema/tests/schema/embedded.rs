//! The specs that are compiled in are those of the folder `schema/`.

use crate::published::published;

use std::path::PathBuf;

/// With `NWB_SCHEMA_EMBED=1` this writes the files anew instead of comparing them.
#[test]
fn embedded_files_are_fresh() {
    let Some(releases) = published() else { return };
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/embedded");
    let write = std::env::var_os("NWB_SCHEMA_EMBED").is_some();
    for (path, text) in nwb_schema::cache::embedded_files(&releases) {
        let file = folder.join(path);
        if write {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, text).unwrap();
        } else {
            let found = std::fs::read_to_string(&file).unwrap_or_default();
            assert!(found == text, "{} is stale: run `cargo xtask codegen`", file.display());
        }
    }
}
