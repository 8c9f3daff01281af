//! Groups, datasets, attributes and links, as a schema declares them.

use serde_json::Value;

use super::{Dims, Dtype, Extra, Quantity, Shape};

/// Which of the two spellings of the type keys a definition uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum KeySpelling {
    /// `neurodata_type_def` and `neurodata_type_inc`: core and its extensions.
    #[default]
    Neurodata,
    /// `data_type_def` and `data_type_inc`: hdmf-common and hdmf-experimental.
    Data,
}

impl KeySpelling {
    /// The key under which a type is defined.
    pub fn def_key(self) -> &'static str {
        match self {
            Self::Neurodata => "neurodata_type_def",
            Self::Data => "data_type_def",
        }
    }

    /// The key under which a type is included or extended.
    pub fn inc_key(self) -> &'static str {
        match self {
            Self::Neurodata => "neurodata_type_inc",
            Self::Data => "data_type_inc",
        }
    }
}

/// An attribute of a group or dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributeSpec {
    /// The name.
    pub name: String,
    /// What it means.
    pub doc: String,
    /// What its values are; `None` is anything.
    pub dtype: Option<Dtype>,
    /// The shapes that it may have; `None` is a single value.
    pub shape: Option<Shape>,
    /// The names of its dimensions.
    pub dims: Option<Dims>,
    /// The value that it always has.
    pub value: Option<Value>,
    /// The value that it has where nothing else is given.
    pub default_value: Option<Value>,
    /// Whether it must be there; never so with a default value.
    pub required: bool,
    /// Keys that the language does not know.
    pub extra: Extra,
}

/// A dataset, or a type of datasets.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DatasetSpec {
    /// The type that is defined here.
    pub type_def: Option<String>,
    /// The type that is extended (with [`type_def`](Self::type_def)) or of which the dataset is (without).
    pub type_inc: Option<String>,
    /// How the keys of the two are spelled.
    pub key_spelling: KeySpelling,
    /// The name that it always has.
    pub name: Option<String>,
    /// The name that it has where none is given.
    pub default_name: Option<String>,
    /// What it means.
    pub doc: String,
    /// What its values are; `None` is anything, or what the included type says.
    pub dtype: Option<Dtype>,
    /// The shapes that it may have; `None` is not said here.
    pub shape: Option<Shape>,
    /// The names of its dimensions.
    pub dims: Option<Dims>,
    /// The value that it always has.
    pub value: Option<Value>,
    /// The value that it has where nothing else is given.
    pub default_value: Option<Value>,
    /// How many there may be.
    pub quantity: Quantity,
    /// Whether a link may stand in its place; `None` where not said, which allows it.
    pub linkable: Option<bool>,
    /// Its attributes.
    pub attributes: Vec<AttributeSpec>,
    /// Keys that the language does not know.
    pub extra: Extra,
}

/// A group, or a type of groups.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GroupSpec {
    /// The type that is defined here.
    pub type_def: Option<String>,
    /// The type that is extended (with [`type_def`](Self::type_def)) or of which the group is (without).
    pub type_inc: Option<String>,
    /// How the keys of the two are spelled.
    pub key_spelling: KeySpelling,
    /// The name that it always has.
    pub name: Option<String>,
    /// The name that it has where none is given.
    pub default_name: Option<String>,
    /// What it means.
    pub doc: String,
    /// How many there may be.
    pub quantity: Quantity,
    /// Whether a link may stand in its place; `None` where not said, which allows it.
    pub linkable: Option<bool>,
    /// Its attributes.
    pub attributes: Vec<AttributeSpec>,
    /// The datasets in it.
    pub datasets: Vec<DatasetSpec>,
    /// The groups in it.
    pub groups: Vec<GroupSpec>,
    /// The links in it.
    pub links: Vec<LinkSpec>,
    /// Keys that the language does not know.
    pub extra: Extra,
}

/// A link to an object that is contained elsewhere.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LinkSpec {
    /// The name that it always has.
    pub name: Option<String>,
    /// The name that it has where none is given.
    pub default_name: Option<String>,
    /// What it means.
    pub doc: String,
    /// The type that the target has, or descends from.
    pub target_type: String,
    /// How many there may be.
    pub quantity: Quantity,
    /// Keys that the language does not know.
    pub extra: Extra,
}

/// The definition of a type.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeSpec {
    /// A type of groups.
    Group(GroupSpec),
    /// A type of datasets.
    Dataset(DatasetSpec),
}

impl TypeSpec {
    /// The name of the type that is defined.
    pub fn type_def(&self) -> Option<&str> {
        match self {
            Self::Group(spec) => spec.type_def.as_deref(),
            Self::Dataset(spec) => spec.type_def.as_deref(),
        }
    }

    /// The name of the type that it extends.
    pub fn type_inc(&self) -> Option<&str> {
        match self {
            Self::Group(spec) => spec.type_inc.as_deref(),
            Self::Dataset(spec) => spec.type_inc.as_deref(),
        }
    }

    /// What the type is for.
    pub fn doc(&self) -> &str {
        match self {
            Self::Group(spec) => &spec.doc,
            Self::Dataset(spec) => &spec.doc,
        }
    }
}
