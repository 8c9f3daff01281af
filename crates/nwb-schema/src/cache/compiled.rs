//! Namespaces whose cached form is compiled into a program.

use super::read_namespace;
use crate::error::{Result, Strictness};
use crate::spec::Release;

/// One namespace in its cached form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CachedNamespace {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// What a file caches of it: each name under `/specifications/<name>/<version>/` with its JSON text, `namespace` first.
    pub texts: &'static [(&'static str, &'static str)],
}

impl CachedNamespace {
    /// A namespace out of its texts, as generated code has it.
    pub const fn new(
        name: &'static str,
        version: &'static str,
        texts: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { name, version, texts }
    }

    /// The text of that name: `namespace`, or a source without extension.
    pub fn text(&self, name: &str) -> Option<&'static str> {
        self.texts.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
    }

    /// The namespace with its sources, parsed.
    ///
    /// # Errors
    ///
    /// The texts are no cached form. Those that are generated are, as long as the tests of this crate pass.
    pub fn release(&self) -> Result<Release> {
        self.read(Strictness::Strict)
    }

    /// The namespace with its sources, parsed as strictly as asked for.
    ///
    /// # Errors
    ///
    /// As [`release`](Self::release); with [`Strictness::Lenient`] the faults are in the problems of the release.
    pub fn read(&self, strictness: Strictness) -> Result<Release> {
        let document = format!("{}/{}/namespace", self.name, self.version);
        read_namespace(self.text("namespace").unwrap_or_default(), &document, strictness, |source| {
            self.text(source).ok_or_else(|| "it is not compiled in".into())
        })
    }
}
