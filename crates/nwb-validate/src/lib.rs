//! Is an NWB file right? What its schema asks for and what best practice asks for, answered in one pass.
//!
//! - [`Registry`]: all rules, those about the [schema](Set::Schema) and those about [practice](Set::Practice); rules of one's own
//!   beside them. A rule is an implementation of [`Rule`], one per file.
//! - [`Options`]: which of them are asked, and how bad what they find is.
//! - [`validate`] looks at one file, [`validate_all`] at many at once; [`paths`] finds them in folders and by patterns.
//! - [`Finding`]: one fault, at its object, with what was expected, what was found and what to do about it.
//! - [`config`]: a file that says how bad what rules find is; [`ignore`]: files that say what is left as it is, and why.
//! - [`Outcome`] and [`Summary`]: what came of it; [`json`] writes it for programs, [`sarif`] for hosts of code.
//!
//! What it is not: it opens no NWB files (the caller says how) and changes none; how findings look on a screen is for others.
//!
//! Invariants:
//! - It goes on after a fault, whatever it is, and never panics on what a file holds.
//! - Nothing is read of a dataset that no rule asks for; what rules ask for is read once for all of them, in blocks.
//! - Findings come in the order of the objects in the file, the same on every run.
//! - A code never changes its meaning.
//!
//! ```
//! use nwb_model::edit::{Edit, EditOptions};
//! use nwb_model::memory::Memory;
//! use nwb_model::time::Timestamp;
//! use nwb_model::types::NwbFileInit;
//! use nwb_validate::{Options, Registry, Set, validate};
//!
//! let init = NwbFileInit {
//!     identifier: "a".into(),
//!     session_description: "b".into(),
//!     session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00")?,
//! };
//! let file = Edit::create(Memory::new("m"), "m", init, EditOptions::default())?.commit()?;
//! let findings = validate(&file, &Registry::standard(), &Options::default().only(Set::Schema));
//! assert!(findings.is_empty());
//! # Ok::<(), nwb_model::Error>(())
//! ```

pub mod config;
pub mod glob;
pub mod ignore;
pub mod json;
mod many;
mod options;
pub mod paths;
mod practice;
mod registry;
pub mod sarif;
mod schema;

pub use many::{Outcome, Summary, validate, validate_all};
pub use nwb_model::diagnosis::{Coverage, Enough, Finding, Pass, Report, Rule, Severity, Subject, Survey};
pub use options::Options;
pub use registry::{Registry, Set};
