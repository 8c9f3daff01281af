//! One file for each rule about the schema, and the table that lists them.

mod date;
mod date_zone;
mod dtype;
mod extra;
mod extra_attribute;
mod fixed_name;
mod fixed_value;
mod illegal_link;
mod missing;
mod quantity;
mod shape;
mod version;
mod wrong_form;
mod wrong_type;

use nwb_model::diagnosis::Rule;

/// All that are not among the rules of the model, in the order in which they look at an object.
pub(crate) const RULES: &[&dyn Rule] = &[
    &missing::MissingMember,
    &wrong_type::WrongType,
    &wrong_form::WrongForm,
    &quantity::Quantity,
    &illegal_link::IllegalLink,
    &dtype::DtypeRule,
    &shape::ShapeRule,
    &fixed_value::FixedValue,
    &fixed_name::FixedName,
    &extra::Extra,
    &extra_attribute::ExtraAttribute,
    &date::Date,
    &date_zone::DateZone,
    &version::Version,
];

/// Rules of the model, about the schema that the views are made from, in whose place stand rules about the schema of the file.
pub(crate) const REPLACED: &[&str] = &[
    "member.missing",
    "member.wrong-type",
    "value.wrong-kind",
    "value.fixed",
    "value.date",
    "value.date-without-zone",
];
