//! Drafts whose fields are given by name.

use crate::data::Data;
use crate::draft::{AsDraft as _, Child, Draft, DraftNode, External, FieldDraft, Handle, Link, Target};
use crate::dynamic::Dynamic;
use crate::ext::Ragged;
use crate::view::NeurodataType;

/// What a field is given: elements, or an object.
///
/// It comes by `.into()` from whatever is [`Data`] (numbers, texts, times, arrays, values, ...), from a [`Handle`], a [`Link`] or an
/// [`External`], from a draft, and from [`Ragged`] cells.
#[derive(Clone, Debug)]
pub struct FieldValue(pub(crate) Given);

#[derive(Clone, Debug)]
pub(crate) enum Given {
    Data(Box<Data>),
    Ragged(Box<Ragged>),
    Target(Target),
    Child(Box<DraftNode>),
}

impl<T: Into<Data>> From<T> for FieldValue {
    fn from(data: T) -> Self {
        Self(Given::Data(Box::new(data.into())))
    }
}

impl From<Ragged> for FieldValue {
    fn from(cells: Ragged) -> Self {
        Self(Given::Ragged(Box::new(cells)))
    }
}

impl<T: NeurodataType> From<Handle<T>> for FieldValue {
    fn from(handle: Handle<T>) -> Self {
        Link::<Dynamic>::from(handle).into()
    }
}

impl<T: NeurodataType> From<Link<T>> for FieldValue {
    fn from(link: Link<T>) -> Self {
        Self(Given::Target(link.target))
    }
}

impl From<External> for FieldValue {
    fn from(external: External) -> Self {
        Self(Given::Target(Target::External(external)))
    }
}

impl<T: NeurodataType> From<Draft<T>> for FieldValue {
    fn from(draft: Draft<T>) -> Self {
        Self(Given::Child(Box::new(draft.node)))
    }
}

impl<T: NeurodataType> From<Child<T>> for FieldValue {
    fn from(child: Child<T>) -> Self {
        match child.node.link {
            Some(target) => Self(Given::Target(target)),
            None => Self(Given::Child(Box::new(child.node))),
        }
    }
}

impl Draft<Dynamic> {
    /// A draft of a type that a namespace defines or includes, by their names.
    ///
    /// The edit that it is inserted in has to know the namespace: it is built in, it is among those that the edited file brings
    /// along, or [`Edit::use_namespace`](crate::edit::Edit::use_namespace) was told of it. What is wrong shows when it is inserted.
    #[must_use]
    pub fn new(namespace: impl Into<String>, type_name: impl Into<String>) -> Self {
        let mut draft = Self::begin(None);
        draft.node.type_name = Some((namespace.into(), type_name.into()));
        draft
    }

    /// Sets the elements of an object that is a dataset.
    #[must_use]
    pub fn elements(mut self, elements: impl Into<Data>) -> Self {
        self.node.contents(elements);
        self
    }
}

impl<T: NeurodataType> Draft<T> {
    /// Sets a field by its name, as the schema spells it: what an extension adds, or whatever has no setter.
    ///
    /// Attributes and datasets take values, links and references take handles, contained objects drafts (or handles, to which a link is
    /// made). A column of a table takes its cells; its description is then that of the schema. Single numbers are converted exactly
    /// to the kind that the schema asks for, and written in 64 bits; arrays keep their type, and are only widened.
    ///
    /// Whether there is such a field, and whether the value fits, is checked when the draft is inserted.
    #[must_use]
    pub fn set(mut self, field: impl Into<String>, value: impl Into<FieldValue>) -> Self {
        self.node.set_field(field.into(), value.into().0);
        self
    }

    /// Adds an object under its own name: one of those of which the schema takes many.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "a draft takes a part; it is no sum")]
    pub fn add(self, object: impl Into<Child<Dynamic>>) -> Self {
        self.add_in("", object)
    }

    /// Adds an object under its own name to an untyped group of this one: `devices`.
    #[must_use]
    pub fn add_in(mut self, group: &str, object: impl Into<Child<Dynamic>>) -> Self {
        self.draft_mut().add(group, object.into());
        self
    }

    /// The same draft as one of a type above its own, with its setters and all that works on such drafts.
    ///
    /// When it is inserted and its type does not extend that type, that is an error.
    ///
    /// ```
    /// use nwb_model::dynamic::DynamicDraft;
    /// use nwb_model::ext::Columns;
    /// use nwb_model::types::DynamicTable;
    ///
    /// let table = DynamicDraft::new("ndx-my-lab", "Visits")
    ///     .named("visits")
    ///     .set("description", "where the animal was")
    ///     .as_a::<DynamicTable>()
    ///     .column("arm", "the arm of the maze", vec![1u8, 3]);
    /// ```
    #[must_use]
    pub fn as_a<U: NeurodataType>(mut self) -> Draft<U> {
        if !U::NAME.is_empty() {
            self.node.claimed = Some((U::NAMESPACE, U::NAME));
        }
        Draft::of_node(self.node)
    }
}

impl DraftNode {
    pub(crate) fn set_field(&mut self, name: String, value: Given) {
        let order = self.count();
        self.fields.retain(|field| field.name != name);
        self.fields.push(FieldDraft { name, order, value });
    }
}
