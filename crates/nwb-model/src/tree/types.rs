//! What the schema says of objects.

use nwb_schema::{Catalog, EffectiveType};

use super::{NodeRef, Object};
use crate::error::Result;

impl<'a> NodeRef<'a> {
    /// Whether objects of a type are also of another one, for this file.
    pub(crate) fn is_a(self, own: (&str, &str), other: (&str, &str)) -> bool {
        self.file().types.is_a(self.root(), own, other)
    }

    /// What the schema says of a type; `None` for one that neither we nor the file know.
    pub(crate) fn find_type(self, namespace: &str, name: &str) -> Option<&'a EffectiveType> {
        self.file().types.find(self.root(), namespace, name)
    }

    /// The types as the file's own writer had them, if they are cached.
    pub(crate) fn writers_catalog(self) -> Option<&'a Catalog> {
        self.file().types.writers(self.root())
    }

    /// What the schema says of the object, as the views see it; `None` for an untyped object and one of an unknown type.
    pub(crate) fn effective(self) -> Option<&'a EffectiveType> {
        let own = self.type_name().ok()??;
        let (namespace, name) = crate::upgrade::retyped(self, own).unwrap_or(own);
        self.find_type(namespace, name)
    }

    /// The object's type as it stands in the file. One without a namespace is taken to be of core.
    pub(crate) fn type_name(self) -> Result<Option<(&'a str, &'a str)>> {
        let text = |name| self.attribute(name)?.map(|value| value.as_text().map_err(|e| self.fail(e))).transpose();
        Ok(text("neurodata_type")?.map(|name| (text("namespace").ok().flatten().unwrap_or("core"), name)))
    }

    /// Whether it says that it is of a namespace, and not of which type: that is told where it is.
    pub(crate) fn is_half_typed(self) -> bool {
        matches!(self.type_name(), Ok(None)) && matches!(self.attribute("namespace"), Ok(Some(_)))
    }

    /// Our types and those of the file's own namespaces.
    pub(crate) fn catalog(self) -> &'a Catalog {
        self.file().types.catalog(self.root())
    }
}

impl Object {
    /// The schema by which its file was written: what is cached in the file; where no core is cached, the embedded one together with
    /// the namespaces that the file brings along.
    #[must_use]
    pub fn schema_of_writer(&self) -> &Catalog {
        let node = self.node_ref();
        node.writers_catalog().unwrap_or_else(|| node.catalog())
    }
}
