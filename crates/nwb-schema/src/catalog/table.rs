//! Which types there are, who sees them, and who extends whom; before anything is merged.

use std::collections::HashMap;
use std::sync::Arc;

use super::effective::{Kind, TypeName};
use crate::spec::TypeSpec;

/// A type as it was declared, with the place where.
#[derive(Debug)]
pub(super) struct Declared {
    pub(super) name: TypeName,
    pub(super) namespace: usize,
    pub(super) source: Arc<str>,
    /// `<namespace>/<version>/<source>`.
    pub(super) document: Arc<str>,
    /// Where in the document: `groups[3]`.
    pub(super) key_path: String,
    pub(super) spec: Arc<TypeSpec>,
    /// The types above it, the nearest first.
    pub(super) lineage: Vec<usize>,
}

impl Declared {
    pub(super) fn kind(&self) -> Kind {
        match &*self.spec {
            TypeSpec::Group(_) => Kind::Group,
            TypeSpec::Dataset(_) => Kind::Dataset,
        }
    }
}

/// How names outside of what a namespace sees are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Reach {
    /// Not at all.
    #[default]
    Visible,
    /// Where only one namespace has such a type, that is meant.
    Everywhere,
}

/// Every type of a catalog, by number, in the order of declaration.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) types: Vec<Declared>,
    /// For each namespace, the types that it defines and includes.
    pub(super) visible: Vec<HashMap<Arc<str>, usize>>,
    /// For each name, the types that bear it.
    pub(super) by_name: HashMap<Arc<str>, Vec<usize>>,
    pub(super) reach: Reach,
}

impl Table {
    /// The type that a schema of the namespace means by the name.
    pub(super) fn lookup(&self, namespace: usize, name: &str) -> Option<usize> {
        let seen = self.visible.get(namespace).and_then(|visible| visible.get(name)).copied();
        match self.reach {
            Reach::Visible => seen,
            Reach::Everywhere => seen.or_else(|| self.only(name)),
        }
    }

    /// The type of that name, if only one namespace has one.
    pub(super) fn only(&self, name: &str) -> Option<usize> {
        match self.by_name.get(name).map(Vec::as_slice) {
            Some(&[only]) => Some(only),
            _ => None,
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<&Declared> {
        self.types.get(index)
    }

    pub(super) fn name(&self, index: usize) -> Option<TypeName> {
        self.get(index).map(|declared| declared.name.clone())
    }

    /// Whether a type is another one or extends it.
    pub(super) fn is_a(&self, index: usize, ancestor: usize) -> bool {
        index == ancestor || self.get(index).is_some_and(|declared| declared.lineage.contains(&ancestor))
    }

    /// The number of a type whose full name is known.
    pub(super) fn index_of(&self, name: &TypeName) -> Option<usize> {
        let candidates = self.by_name.get(name.name())?;
        candidates.iter().copied().find(|&index| self.get(index).is_some_and(|declared| declared.name == *name))
    }
}
