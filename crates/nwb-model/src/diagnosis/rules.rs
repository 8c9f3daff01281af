//! One file for each rule about faults, and the table that lists them.

mod absent_columns;
mod cached_specs;
mod column_lengths;
mod cyclic_link;
mod dangling_link;
mod dangling_reference;
mod dates;
mod dates_without_zone;
mod duplicate_id;
mod external_link;
mod fixed_value;
mod index_leftover;
mod index_order;
mod index_range;
mod malformed_id;
mod malformed_type;
mod missing_id;
mod missing_member;
mod null_reference;
mod reference_type;
mod region_rows;
mod repeated_columns;
mod second_name;
mod series_axes;
mod series_length;
mod series_rate;
mod series_samples;
mod series_time;
mod specs_location;
mod unknown_namespace;
mod unknown_type;
mod unlisted_columns;
mod unreadable_elements;
mod unreadable_object;
mod unreadable_part;
mod wrong_form;
mod wrong_kind;
mod wrong_type;

use super::rule::Rule;

/// The rule that speaks where a dataset cannot be read that another rule asks for.
pub(super) const UNREADABLE_ELEMENTS: &dyn Rule = &unreadable_elements::UnreadableElements;

/// All rules about faults, in the order in which they look at an object.
pub(super) const RULES: &[&dyn Rule] = &[
    &unreadable_object::UnreadableObject,
    &unreadable_part::UnreadablePart,
    UNREADABLE_ELEMENTS,
    &dangling_link::DanglingLink,
    &cyclic_link::CyclicLink,
    &external_link::ExternalLink,
    &second_name::SecondName,
    &malformed_type::MalformedType,
    &unknown_namespace::UnknownNamespace,
    &unknown_type::UnknownType,
    &wrong_form::WrongForm,
    &missing_id::MissingId,
    &malformed_id::MalformedId,
    &duplicate_id::DuplicateId,
    &specs_location::SpecsLocation,
    &cached_specs::CachedSpecs,
    &missing_member::MissingMember,
    &wrong_kind::WrongKind,
    &fixed_value::FixedValue,
    &dates::Dates,
    &dates_without_zone::DatesWithoutZone,
    &wrong_type::WrongType,
    &null_reference::NullReference,
    &dangling_reference::DanglingReference,
    &reference_type::ReferenceType,
    &absent_columns::AbsentColumns,
    &unlisted_columns::UnlistedColumns,
    &repeated_columns::RepeatedColumns,
    &column_lengths::ColumnLengths,
    &index_order::IndexOrder,
    &index_range::IndexRange,
    &index_leftover::IndexLeftover,
    &region_rows::RegionRows,
    &series_samples::SeriesSamples,
    &series_time::SeriesTime,
    &series_rate::SeriesRate,
    &series_length::SeriesLength,
    &series_axes::SeriesAxes,
];
