//! The files that belong to the repository, and those of them that are Rust.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::str::FromStr;

use anyhow::{Context, Result, anyhow};
use proc_macro2::{TokenStream, TokenTree};

use crate::{process, tree};

/// A Rust file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path below the top folder, with `/`.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
    words: Vec<(String, usize)>,
}

impl Source {
    /// A file with this path and text.
    pub(crate) fn new(path: &str, text: &str) -> Result<Self> {
        let tokens = TokenStream::from_str(text).map_err(|error| anyhow!("{path} is not Rust: {error}"))?;
        let mut words = Vec::new();
        collect_words(tokens, &mut words);
        Ok(Self { path: path.into(), text: text.into(), words })
    }

    /// Whether the file lies below this folder, written with its last `/`.
    pub(crate) fn is_below(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    /// Whether a generator wrote the file, as such files say in their first lines.
    pub(crate) fn is_generated(&self) -> bool {
        self.text.lines().take(5).any(|line| line.starts_with("//") && line.contains("@generated"))
    }

    /// The lines in which the code, not a comment or a text, has this word.
    pub(crate) fn lines_with_word(&self, word: &str) -> impl Iterator<Item = usize> {
        self.words.iter().filter(move |(found, _)| found == word).map(|(_, line)| *line)
    }
}

fn collect_words(tokens: TokenStream, words: &mut Vec<(String, usize)>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect_words(group.stream(), words),
            TokenTree::Ident(ident) => words.push((ident.to_string(), ident.span().start().line)),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// The paths of all files that are under version control or about to be, sorted.
pub(crate) fn tracked(root: &Path) -> Result<Vec<String>> {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let mut paths: Vec<String> = match process::output(Command::new("git").arg("-C").arg(root).args(list)) {
        Ok(listed) => listed.split_terminator('\0').map(String::from).collect(),
        // Without git, or in an unpacked archive: whatever is there and is not made by a build.
        Err(_) => {
            let made = |path: &str| {
                path.split('/').any(|part| part == "target" || part == ".git" || part == "__pycache__")
                    || path == ".cargo/setup.toml"
            };
            let below = |path: &Path| {
                let path = path.strip_prefix(root).unwrap_or(path);
                path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
            };
            tree::files(root)?.iter().map(|path| below(path)).filter(|path| !made(path)).collect()
        }
    };
    // Git still lists a file that was removed a moment ago.
    paths.retain(|path| root.join(path).is_file());
    paths.sort();
    paths.dedup();
    Ok(paths)
}

/// The Rust files among `paths`.
///
/// Compile-fail cases and other inputs of tests below a `tests` folder are Rust too and are held to the same rules.
pub(crate) fn rust(root: &Path, paths: &[String]) -> Result<Vec<Source>> {
    let paths = paths.iter().filter(|path| path.ends_with(".rs"));
    paths
        .map(|path| {
            let text = fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"))?;
            Source::new(path, &text)
        })
        .collect()
}
