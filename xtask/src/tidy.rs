//! `cargo xtask tidy`: the rules of the house that no compiler and no linter knows.

mod arrows;
mod layout;
mod public;
mod source;
mod words;

use std::path::Path;

use anyhow::{Result, bail};

use source::Source;

/// Fails with a line for everything that breaks a rule.
pub(crate) fn tidy(root: &Path) -> Result<()> {
    let paths = source::tracked(root)?;
    let sources = source::rust(root, &paths)?;
    let mut findings = layout::findings(&paths, &sources);
    findings.extend(sources.iter().flat_map(unsafe_code));
    findings.extend(public::findings(&sources));
    findings.extend(words::findings(root, &paths)?);
    findings.extend(arrows::findings(root)?);
    if !findings.is_empty() {
        bail!("{} untidy places:\n  {}", findings.len(), findings.join("\n  "));
    }
    println!("tidy: {} files, {} of them Rust", paths.len(), sources.len());
    Ok(())
}

/// `unsafe` is for the HDF5 backend alone.
fn unsafe_code(source: &Source) -> Vec<String> {
    if source.is_below("crates/nwb-hdf5/") {
        return Vec::new();
    }
    let lines = source.lines_with_word("unsafe");
    lines.map(|line| format!("{}:{line}: `unsafe` outside of nwb-hdf5", source.path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        if let Err(error) = tidy(&crate::workspace::root().unwrap()) {
            panic!("{error:#}");
        }
    }

    #[test]
    fn unsafe_is_found_in_code_and_nowhere_else() {
        let text = "// unsafe\nfn f() { let s = \"unsafe\"; g!(unsafe { h() }) }\n#![deny(unsafe_code)]\n";
        let found = unsafe_code(&Source::new("crates/nwb-model/src/a.rs", text).unwrap());
        assert_eq!(found, ["crates/nwb-model/src/a.rs:2: `unsafe` outside of nwb-hdf5"]);
        assert!(unsafe_code(&Source::new("crates/nwb-hdf5/src/a.rs", text).unwrap()).is_empty());
    }
}
