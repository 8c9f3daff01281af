//! The specification language against the published schemas and against small ones with faults.
#![cfg(all(feature = "yaml", feature = "embedded"))]

mod cached;
mod embedded;
mod facts;
mod faults;
mod language;
mod published;
