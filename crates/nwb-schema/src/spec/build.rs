//! Specs put together in Rust: constructors, and what is chained to them.
//!
//! Everything else about them is in their public fields.

use serde_json::Value;

use super::{
    AttributeSpec, DatasetSpec, Dims, Dtype, DtypeMember, Extra, FlatDtype, GroupSpec, LinkSpec, Quantity,
    ReferenceKind, Shape, TypeSpec,
};

impl From<FlatDtype> for Dtype {
    fn from(dtype: FlatDtype) -> Self {
        Self::flat(dtype)
    }
}

impl Dtype {
    /// References to objects of a type.
    pub fn reference(target_type: impl Into<String>) -> Self {
        Self::Reference { target_type: target_type.into(), reftype: ReferenceKind::Object }
    }

    /// Records: the name of each member, what it is, and what it means.
    ///
    /// ```
    /// use nwb_schema::spec::{Dtype, FlatDtype};
    /// let pixel = Dtype::compound([
    ///     ("x", FlatDtype::Uint32.into(), "The column."),
    ///     ("roi", Dtype::reference("VectorData"), "What it is of."),
    /// ]);
    /// assert_eq!(pixel.as_compound().unwrap().len(), 2);
    /// ```
    pub fn compound<N: Into<String>, D: Into<String>>(members: impl IntoIterator<Item = (N, Self, D)>) -> Self {
        let member = |(name, dtype, doc): (N, Self, D)| DtypeMember {
            name: name.into(),
            doc: doc.into(),
            dtype,
            extra: Extra::new(),
        };
        Self::Compound(members.into_iter().map(member).collect())
    }
}

impl<const N: usize> From<[Option<u64>; N]> for Shape {
    fn from(extents: [Option<u64>; N]) -> Self {
        Self::One(extents.to_vec())
    }
}

impl From<Vec<Option<u64>>> for Shape {
    fn from(extents: Vec<Option<u64>>) -> Self {
        Self::One(extents)
    }
}

impl From<Vec<Vec<Option<u64>>>> for Shape {
    fn from(alternatives: Vec<Vec<Option<u64>>>) -> Self {
        Self::Alternatives(alternatives)
    }
}

impl<const N: usize> From<[&str; N]> for Dims {
    fn from(names: [&str; N]) -> Self {
        Self::One(names.map(str::to_owned).to_vec())
    }
}

impl From<Vec<Vec<&str>>> for Dims {
    fn from(alternatives: Vec<Vec<&str>>) -> Self {
        let names = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        Self::Alternatives(alternatives.into_iter().map(names).collect())
    }
}

impl AttributeSpec {
    /// A required attribute with a single value.
    ///
    /// ```
    /// use nwb_schema::spec::{AttributeSpec, FlatDtype};
    /// let gain = AttributeSpec::new("gain", FlatDtype::Float64, "Its gain.").default_value(1.0);
    /// assert!(!gain.required);
    /// ```
    pub fn new(name: impl Into<String>, dtype: impl Into<Dtype>, doc: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            doc: doc.into(),
            dtype: Some(dtype.into()),
            shape: None,
            dims: None,
            value: None,
            default_value: None,
            required: true,
            extra: Extra::new(),
        }
    }

    /// Need not be there.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { required: false, ..self }
    }

    /// Always has a value.
    #[must_use]
    pub fn value(self, value: impl Into<Value>) -> Self {
        Self { value: Some(value.into()), ..self }
    }

    /// Has a value where nothing else is given; so it need not be there.
    #[must_use]
    pub fn default_value(self, value: impl Into<Value>) -> Self {
        Self { default_value: Some(value.into()), required: false, ..self }
    }
}

impl DatasetSpec {
    /// A type of datasets that extends another one.
    pub fn define(type_def: impl Into<String>, type_inc: impl Into<String>, doc: impl Into<String>) -> Self {
        let (type_def, type_inc) = (Some(type_def.into()), Some(type_inc.into()));
        Self { type_def, type_inc, doc: doc.into(), ..Self::default() }
    }

    /// A dataset without a type of its own, under a name.
    pub fn new(name: impl Into<String>, dtype: impl Into<Dtype>, doc: impl Into<String>) -> Self {
        Self { name: Some(name.into()), dtype: Some(dtype.into()), doc: doc.into(), ..Self::default() }
    }

    /// A dataset of a type: a column of a table, for one.
    pub fn of_type(type_inc: impl Into<String>, doc: impl Into<String>) -> Self {
        Self { type_inc: Some(type_inc.into()), doc: doc.into(), ..Self::default() }
    }

    /// What its values are.
    #[must_use]
    pub fn dtype(self, dtype: impl Into<Dtype>) -> Self {
        Self { dtype: Some(dtype.into()), ..self }
    }

    /// Always has a value.
    #[must_use]
    pub fn value(self, value: impl Into<Value>) -> Self {
        Self { value: Some(value.into()), ..self }
    }

    /// Has a value where nothing else is given.
    #[must_use]
    pub fn default_value(self, value: impl Into<Value>) -> Self {
        Self { default_value: Some(value.into()), ..self }
    }
}

impl GroupSpec {
    /// A type of groups that extends another one.
    ///
    /// ```
    /// use nwb_schema::spec::{AttributeSpec, FlatDtype, GroupSpec, LinkSpec};
    /// let rig = GroupSpec::define("Rig", "LabMetaData", "A rig.")
    ///     .attribute(AttributeSpec::new("gain", FlatDtype::Float64, "Its gain."))
    ///     .link(LinkSpec::new("Device", "What looks at it.").named("camera").optional());
    /// assert_eq!(rig.links[0].target_type, "Device");
    /// ```
    pub fn define(type_def: impl Into<String>, type_inc: impl Into<String>, doc: impl Into<String>) -> Self {
        let (type_def, type_inc) = (Some(type_def.into()), Some(type_inc.into()));
        Self { type_def, type_inc, doc: doc.into(), ..Self::default() }
    }

    /// A group without a type of its own, under a name.
    pub fn new(name: impl Into<String>, doc: impl Into<String>) -> Self {
        Self { name: Some(name.into()), doc: doc.into(), ..Self::default() }
    }

    /// An object of a type.
    pub fn of_type(type_inc: impl Into<String>, doc: impl Into<String>) -> Self {
        Self { type_inc: Some(type_inc.into()), doc: doc.into(), ..Self::default() }
    }

    /// Adds a dataset.
    #[must_use]
    pub fn dataset(mut self, dataset: DatasetSpec) -> Self {
        self.datasets.push(dataset);
        self
    }

    /// Adds a group.
    #[must_use]
    pub fn group(mut self, group: Self) -> Self {
        self.groups.push(group);
        self
    }

    /// Adds a link.
    #[must_use]
    pub fn link(mut self, link: LinkSpec) -> Self {
        self.links.push(link);
        self
    }
}

impl LinkSpec {
    /// A link to an object of a type, which must be there.
    pub fn new(target_type: impl Into<String>, doc: impl Into<String>) -> Self {
        Self { target_type: target_type.into(), doc: doc.into(), ..Self::default() }
    }
}

macro_rules! shaped {
    ($($spec:ty),*) => {$(
        impl $spec {
            /// The shapes that it may have.
            #[must_use]
            pub fn shape(self, shape: impl Into<Shape>) -> Self {
                Self { shape: Some(shape.into()), ..self }
            }

            /// What its axes are called, as many as its shapes have.
            #[must_use]
            pub fn dims(self, dims: impl Into<Dims>) -> Self {
                Self { dims: Some(dims.into()), ..self }
            }
        }
    )*};
}
shaped!(AttributeSpec, DatasetSpec);

macro_rules! with_attributes {
    ($($spec:ty),*) => {$(
        impl $spec {
            /// Adds an attribute.
            #[must_use]
            pub fn attribute(mut self, attribute: AttributeSpec) -> Self {
                self.attributes.push(attribute);
                self
            }
        }
    )*};
}
with_attributes!(DatasetSpec, GroupSpec);

macro_rules! named {
    ($($spec:ty),*) => {$(
        impl $spec {
            /// Gives it the name that it always has.
            #[must_use]
            pub fn named(self, name: impl Into<String>) -> Self {
                Self { name: Some(name.into()), ..self }
            }

            /// Gives it the name that it has where none is given.
            #[must_use]
            pub fn default_name(self, name: impl Into<String>) -> Self {
                Self { default_name: Some(name.into()), ..self }
            }

            /// Says how many there may be; one where nothing is said.
            #[must_use]
            pub fn quantity(self, quantity: Quantity) -> Self {
                Self { quantity, ..self }
            }

            /// Need not be there.
            #[must_use]
            pub fn optional(self) -> Self {
                self.quantity(Quantity::ZeroOrOne)
            }
        }
    )*};
}
named!(DatasetSpec, GroupSpec, LinkSpec);

impl From<GroupSpec> for TypeSpec {
    fn from(spec: GroupSpec) -> Self {
        Self::Group(spec)
    }
}

impl From<DatasetSpec> for TypeSpec {
    fn from(spec: DatasetSpec) -> Self {
        Self::Dataset(spec)
    }
}
