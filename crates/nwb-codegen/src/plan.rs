//! What is to be emitted, with all names settled.

mod check;
mod clashes;
mod naming;
mod types;

use std::collections::HashMap;

use nwb_schema::{Catalog, EffectiveType, TypeName};

use crate::error::{Error, ErrorKind, Result};
use crate::names;
use crate::overlay::Overlay;
use crate::slots::Slot;
use crate::value::ValueType;

/// Every type of a catalog, by name.
pub(crate) struct Plan<'c> {
    types: HashMap<&'c TypeName, TypePlan<'c>>,
}

/// A type.
pub(crate) struct TypePlan<'c> {
    pub(crate) effective: &'c EffectiveType,
    /// Its name in Rust.
    pub(crate) ident: String,
    /// The accessors that it adds to those of its ancestors.
    pub(crate) accessors: Vec<Accessor<'c>>,
    /// The setters that it adds to those of its ancestors.
    pub(crate) setters: Vec<Setter<'c>>,
    /// The name that an object has where the schema gives none.
    pub(crate) default_name: Option<String>,
    /// What a new object must be given, inherited things too.
    pub(crate) init: Init<'c>,
    inherited: Inherited,
}

/// What descends to the types that extend a type.
#[derive(Default, Clone)]
struct Inherited {
    /// The names of slots, by their keys.
    names: HashMap<String, String>,
    accessors: clashes::Taken,
    setters: clashes::Taken,
    choices: Vec<Choice>,
}

/// Slots that are set as one, through a hand-written enum.
#[derive(Clone)]
pub(crate) struct Choice {
    pub(crate) name: String,
    pub(crate) type_path: String,
    pub(crate) slots: Vec<String>,
    pub(crate) doc: String,
    pub(crate) optional: bool,
}

/// A method that reads.
pub(crate) struct Accessor<'c> {
    pub(crate) name: String,
    pub(crate) form: AccessorForm<'c>,
    /// The slot; the first one of a collection.
    pub(crate) slot: Slot<'c>,
}

pub(crate) enum AccessorForm<'c> {
    Slot(Form<'c>),
    /// Everything in a group that takes several types.
    Collection {
        group: String,
        doc: &'c str,
    },
}

/// How a slot is read and written.
#[derive(Clone)]
pub(crate) enum Form<'c> {
    /// An attribute, read whole.
    Attribute { path: String, attribute: &'c str, value: ValueType },
    /// An attribute that refers to an object.
    Reference { path: String, attribute: &'c str, target: &'c TypeName },
    /// A dataset that is read whole.
    Value { path: String, value: ValueType },
    /// A dataset that is read in parts.
    Dataset { path: String },
    /// A contained object under a fixed name.
    Child { path: String, target: &'c TypeName },
    /// A link under a fixed name.
    Link { path: String, target: &'c TypeName },
    /// Objects of a type under names of their own; `many` for more than one.
    Anonymous { group: String, target: &'c TypeName, many: bool },
}

/// A method that writes.
pub(crate) struct Setter<'c> {
    pub(crate) name: String,
    pub(crate) form: SetterForm<'c>,
}

pub(crate) enum SetterForm<'c> {
    /// Sets a slot, and with a dataset the attributes that it must have.
    Slot {
        /// The name of the accessor that reads it.
        accessor: String,
        slot: Slot<'c>,
        form: Form<'c>,
        attributes: Vec<(String, Form<'c>)>,
    },
    /// Sets a choice.
    Choice(Choice),
}

/// What a new object must be given.
#[derive(Default)]
pub(crate) struct Init<'c> {
    /// Whether it needs a name.
    pub(crate) name: bool,
    /// Whether it has elements of its own: objects of a type of datasets.
    pub(crate) data: bool,
    pub(crate) fields: Vec<Field<'c>>,
}

impl Init<'_> {
    /// Whether a new object needs nothing.
    pub(crate) fn is_empty(&self) -> bool {
        !self.name && !self.data && self.fields.is_empty()
    }
}

/// Something that a new object must be given.
pub(crate) struct Field<'c> {
    pub(crate) name: String,
    pub(crate) form: FieldForm<'c>,
}

pub(crate) enum FieldForm<'c> {
    Slot(Slot<'c>, Form<'c>),
    Choice(Choice),
}

impl<'c> Plan<'c> {
    /// Plans every type of a catalog.
    pub(crate) fn new(catalog: &'c Catalog, overlay: &Overlay) -> Result<Self> {
        check::types_exist(catalog, overlay)?;
        let mut plan = Self { types: HashMap::new() };
        let mut order: Vec<&EffectiveType> = catalog.types().collect();
        order.sort_by_key(|effective| effective.ancestors().len());
        for effective in order {
            let planned = types::plan(catalog, overlay, &plan, effective)?;
            plan.types.insert(effective.type_name(), planned);
        }
        Ok(plan)
    }

    /// A type of the catalog.
    pub(crate) fn get(&self, name: &TypeName) -> Result<&TypePlan<'c>> {
        self.types.get(name).ok_or_else(|| {
            Error::new(ErrorKind::Schema, format!("the type {name} is not in the catalog; it was built leniently"))
        })
    }
}

/// The Rust name of a type.
fn ident(effective: &EffectiveType, overlay: &Overlay) -> Result<String> {
    let (namespace, name) = (effective.namespace(), effective.name());
    let given = overlay.of(namespace, name).and_then(|overlay| overlay.name.clone());
    let ident = given.unwrap_or_else(|| names::type_name(name));
    if names::is_free_for_type(&ident) {
        return Ok(ident);
    }
    Err(Error::name(format!("the type {namespace}.{name} cannot be named `{ident}` in Rust"))
        .help(format!("give it another name in the overlay: [{namespace}.{name}] name = \"...\"")))
}
