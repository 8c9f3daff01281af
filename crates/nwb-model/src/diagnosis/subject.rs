//! An object as rules look at it.

use std::any::{Any, TypeId};
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use nwb_schema::EffectiveType;

use super::fields::{self, Field};
use super::references::{self, Wrong};
use super::survey::Survey;
use crate::tree::{Kind, NodeRef, Object};
use crate::view::NeurodataType;

/// An object, and what the schema says of it.
pub struct Subject<'a> {
    object: &'a Object,
    survey: Option<&'a Survey>,
    /// Also where the object is of another form than its type.
    declared: Option<&'a EffectiveType>,
    spec: Option<&'a EffectiveType>,
    fields: OnceCell<Vec<Field<'a>>>,
    references: OnceCell<Vec<Wrong>>,
    noted: RefCell<HashMap<TypeId, Rc<dyn Any>>>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(object: &'a Object, survey: Option<&'a Survey>) -> Self {
        // A group of a type of datasets has nothing of what the schema says of it.
        let form = |spec: &&EffectiveType| match object.kind() {
            Ok(Kind::Group) => spec.kind() == nwb_schema::Kind::Group,
            Ok(Kind::Dataset) => spec.kind() == nwb_schema::Kind::Dataset,
            _ => false,
        };
        let declared = object.node_ref().effective();
        Self {
            object,
            survey,
            declared,
            spec: declared.filter(form),
            fields: OnceCell::new(),
            references: OnceCell::new(),
            noted: RefCell::default(),
        }
    }

    /// The object.
    #[must_use]
    pub fn object(&self) -> &'a Object {
        self.object
    }

    /// What is known of the whole file; `None` where one object is looked at alone.
    #[must_use]
    pub fn survey(&self) -> Option<&'a Survey> {
        self.survey
    }

    /// What the schema says of its type, as the views see it; `None` for an untyped object, one of an unknown type, and
    /// a group or dataset whose type is one of the other form.
    #[must_use]
    pub fn spec(&self) -> Option<&'a EffectiveType> {
        self.spec
    }

    /// What the schema says of the type that it says to be of, be it a group or a dataset.
    pub(super) fn declared(&self) -> Option<&'a EffectiveType> {
        self.declared
    }

    /// Whether it can be read at all. Where it cannot, only one rule speaks.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.node().node().is_ok()
    }

    /// Whether it is the root of the file.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.node().address() == self.node().root().address()
    }

    /// What several rules work out of the object, worked out once: a type of the rules' own.
    pub fn note<T: 'static>(&self, make: impl FnOnce(&Self) -> T) -> Rc<T> {
        let key = TypeId::of::<T>();
        let known = self.noted.borrow().get(&key).cloned();
        if let Some(Ok(known)) = known.map(Rc::downcast) {
            return known;
        }
        let made = Rc::new(make(self));
        self.noted.borrow_mut().insert(key, made.clone());
        made
    }

    pub(crate) fn node(&self) -> NodeRef<'a> {
        self.object.node_ref()
    }

    /// It as a view, if it is of that type.
    #[must_use]
    pub fn view<T: NeurodataType>(&self) -> Option<T> {
        self.spec?;
        self.object.is::<T>().unwrap_or(false).then(|| T::from_object(self.object.clone()))
    }

    /// What the schema asks for in the object and its members without a type, and what is there.
    pub(crate) fn fields(&self) -> &[Field<'a>] {
        self.fields.get_or_init(|| self.spec.map_or_else(Vec::new, |spec| fields::of(self.node(), spec)))
    }

    /// References that lead where they should not.
    pub(super) fn wrong_references(&self) -> &[Wrong] {
        self.references.get_or_init(|| references::wrong(self))
    }
}
