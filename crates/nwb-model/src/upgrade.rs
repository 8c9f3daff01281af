//! How files of older versions of NWB are read through the views of today: a list of explicit rules.
//!
//! A rule is applied when an accessor asks for what it is about. The stored tree stays as it is: an export of an old file is the old
//! file. Where a rule applies to an object, [`Object::diagnoses`](crate::tree::Object::diagnoses) says so, with the severity
//! [`Information`](crate::diagnosis::Severity::Information).
//!
//! Much needs no rule: readers of values take an array of one element for a single value, a single value for a list, text of any
//! form for text, and numbers of any width and byte order, whatever version a file is of.

mod added_later;
mod bands;
mod device_model;
mod electrodes;
mod fixed_value;
mod help;
mod index_description;
mod list_of_one;
mod meanings_target;
mod no_object_ids;
mod other_version;
mod region_references;
mod scalar_of_one;
mod series_data;
mod series_references;
mod series_unit;
mod subject_age;
mod table_namespace;
mod version;

pub(crate) use added_later::is_newer_than_the_file;

use crate::diagnosis::{Field, FieldSpec, Rule};
use crate::tree::{NodeRef, Object};
use crate::value::Value;

/// A namespace and a type's name.
pub(crate) type TypeOf<'a> = (&'a str, &'a str);

/// A rule that makes an old object look as the views expect it. All but the rule's own diagnosis is optional.
pub(crate) trait Upgrade: Rule {
    fn as_rule(&'static self) -> &'static dyn Rule;

    /// The type that an object is seen as, where that is another one than its own.
    fn retyped(&self, _: NodeRef<'_>, _: TypeOf<'_>) -> Option<TypeOf<'static>> {
        None
    }

    /// The value of a required attribute that is not there.
    fn attribute(&self, _: NodeRef<'_>, _: Place) -> Option<&'static Value> {
        None
    }

    /// A required dataset that is not there.
    fn dataset(&self, _: NodeRef<'_>, _: Place) -> Option<Object> {
        None
    }

    /// Where a reference leads that is not there.
    fn target<'a>(&self, _: NodeRef<'a>, _: Place) -> Option<NodeRef<'a>> {
        None
    }

    /// Whether an optional member that is there is to be passed over, since it means something else.
    fn passes_over(&self, _: NodeRef<'_>, _: Place) -> bool {
        false
    }
}

/// What an accessor asks for: a member by its path below the object, and an attribute of it if that is not empty.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) path: &'static str,
    pub(crate) attribute: &'static str,
}

/// All upgrade rules.
pub(crate) const UPGRADES: &[&dyn Upgrade] = &[
    &version::VersionSpelling,
    &no_object_ids::NoObjectIds,
    &table_namespace::TableNamespace,
    &other_version::OtherVersion,
    &help::Help,
    &added_later::AddedLater,
    &fixed_value::FixedValue,
    &scalar_of_one::ScalarOfOne,
    &list_of_one::ListOfOne,
    &electrodes::Electrodes,
    &bands::Bands,
    &series_references::SeriesReferences,
    &region_references::RegionReferences,
    &index_description::IndexDescription,
    &meanings_target::MeaningsTarget,
    &series_data::SeriesData,
    &series_unit::SeriesUnit,
    &subject_age::SubjectAge,
    &device_model::DeviceModelText,
];

/// The type that an object is seen as, where that is another one than its own.
pub(crate) fn retyped(node: NodeRef<'_>, own: TypeOf<'_>) -> Option<TypeOf<'static>> {
    UPGRADES.iter().find_map(|upgrade| upgrade.retyped(node, own))
}

/// The value of a required attribute that is not there, where a rule knows it.
pub(crate) fn attribute(owner: NodeRef<'_>, place: Place) -> Option<&'static Value> {
    UPGRADES.iter().find_map(|upgrade| upgrade.attribute(owner, place))
}

/// A required dataset that is not there, where a rule knows one.
pub(crate) fn dataset(owner: NodeRef<'_>, place: Place) -> Option<Object> {
    UPGRADES.iter().find_map(|upgrade| upgrade.dataset(owner, place))
}

/// Where a reference leads that is not there, where a rule knows it.
pub(crate) fn target(owner: NodeRef<'_>, place: Place) -> Option<NodeRef<'_>> {
    UPGRADES.iter().find_map(|upgrade| upgrade.target(owner, place))
}

/// Whether an optional member that is there is to be passed over.
pub(crate) fn passes_over(owner: NodeRef<'_>, place: Place) -> bool {
    UPGRADES.iter().any(|upgrade| upgrade.passes_over(owner, place))
}

/// Whether a required member that is not there is made up for by a rule.
pub(crate) fn is_supplied(owner: NodeRef<'_>, field: &Field<'_>) -> bool {
    let Ok(Some(own)) = owner.type_name() else { return false };
    let is_series = owner.is_a(own, ("core", "TimeSeries"));
    let is_meanings = owner.is_a(own, ("hdmf-common", "MeaningsTable"));
    let is_index = owner.is_a(own, ("hdmf-common", "VectorIndex"));
    match (field.path.as_str(), field.name, field.spec) {
        ("", "description", FieldSpec::Attribute(_)) => is_index,
        ("", "data", FieldSpec::Dataset(_)) | ("data", "unit", FieldSpec::Attribute(_)) => is_series,
        ("", "target", FieldSpec::Attribute(_)) if is_meanings => {
            target(owner, Place { path: "", attribute: "target" }).is_some()
        }
        _ => false,
    }
}
