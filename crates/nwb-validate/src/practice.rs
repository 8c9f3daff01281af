//! What best practice asks for: the checks of nwbinspector 0.7.2, by its names and as grave as it says.
//!
//! The judgement is nwbinspector's. Two things differ: where it looks at the first 200 rows, or at four units, all are looked at; and
//! where it slips, it is not followed. A finding that it does not have for such a reason says so ([`Finding::beyond_peer`]), and each
//! such reason is a row in the list of differences from its findings, `tests/practice-differences.md`.
//!
//! What cannot be read has no finding here: that is for the rules about the schema.
//!
//! [`Finding::beyond_peer`]: nwb_model::diagnosis::Finding::beyond_peer

mod atlas;
mod check;
mod columns;
mod containers;
mod description;
mod electrical_series;
mod experimenter;
mod icephys;
mod image_series;
mod images;
mod imaging;
mod intervals;
mod names;
mod passes;
mod period;
mod read;
mod regions;
mod series;
mod session;
mod space;
mod spikes;
mod subject;
mod tables;
mod timestamps;
mod units;

use nwb_model::diagnosis::{Rule, Severity};

/// All of them, in the order in which they look at an object.
pub(crate) const RULES: &[&dyn Rule] = &[
    &names::SLASHES,
    &names::COLONS,
    &description::DESCRIPTION,
    &containers::LARGE_DATASET,
    &containers::SMALL_DATASET,
    &containers::EMPTY_STRING,
    &session::OLD_DATE,
    &session::FUTURE_DATE,
    &session::EXPERIMENTER,
    &experimenter::FORM,
    &session::EXPERIMENT_DESCRIPTION,
    &session::INSTITUTION,
    &session::KEYWORDS,
    &session::SUBJECT,
    &session::PUBLICATIONS,
    &session::SESSION_ID,
    &session::FILE_EXTENSION,
    &subject::AGE,
    &subject::AGE_RANGE,
    &subject::ID,
    &subject::ID_SLASHES,
    &subject::WEIGHT,
    &subject::SEX,
    &subject::SPECIES,
    &subject::SPECIES_FORM,
    &session::MODULE,
    &series::ORIENTATION,
    &series::UNIT,
    &series::RESOLUTION,
    &series::EMPTY,
    &timestamps::REGULAR,
    &timestamps::LENGTH,
    &timestamps::ASCENDING,
    &timestamps::NAN,
    &timestamps::NEGATIVE,
    &timestamps::NOT_ZERO,
    &timestamps::POSITIVE,
    &timestamps::LOW_RATE,
    &timestamps::DURATION,
    &tables::EMPTY,
    &tables::SINGLE_ROW,
    &tables::IDS,
    &tables::NEGATIVE_TIMES,
    &columns::BINARY,
    &columns::DICTIONARIES,
    &columns::NAN,
    &regions::ROWS,
    &intervals::CONSTANT,
    &intervals::ORDER,
    &intervals::STOP,
    &intervals::DURATION,
    &space::DIMS,
    &space::COMPASS_UNIT,
    &space::RADIANS,
    &space::DEGREES,
    &space::UNIT,
    &electrical_series::DIMS,
    &electrical_series::TABLE,
    &electrical_series::UNSCALED,
    &atlas::ELECTRODES,
    &units::HAS_SPIKES,
    &units::NEGATIVE,
    &units::RESOLUTION_SET,
    &units::RESOLUTION_VALID,
    &units::SAMPLES,
    &units::ASCENDING,
    &units::OBSERVED,
    &units::DURATION,
    &icephys::CELL_ID,
    &atlas::INTRACELLULAR,
    &icephys::SWEEP_TABLE,
    &icephys::OPTOGENETIC_SITE,
    &image_series::FILE_VALID,
    &image_series::FILE_RELATIVE,
    &image_series::SIZE,
    &image_series::STARTING_FRAME,
    &images::ORDER_UNIQUE,
    &images::ORDER_LENGTH,
    &images::INDEXED_SERIES,
    &imaging::EMISSION,
    &imaging::EXCITATION,
    &imaging::MASK_SHAPE,
    &imaging::ROI_DIMS,
    &imaging::ROI_TABLE,
    &atlas::PLANE,
];

/// The checks that nwbinspector's configuration `dandi` rates otherwise: what the DANDI archive does not take without.
pub(crate) const DANDI: &[(&str, Severity)] = &[
    ("check_subject_exists", Severity::Critical),
    ("check_subject_id_exists", Severity::Critical),
    ("check_subject_id_no_slashes", Severity::Critical),
    ("check_subject_sex", Severity::Critical),
    ("check_subject_species_exists", Severity::Critical),
    ("check_subject_species_form", Severity::Critical),
    ("check_subject_age", Severity::Critical),
    ("check_subject_proper_age_range", Severity::Critical),
    ("check_session_id_no_slashes", Severity::Critical),
    ("check_data_orientation", Severity::Violation),
];
