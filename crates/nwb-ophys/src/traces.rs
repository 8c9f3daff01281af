//! Traces: fluorescence of ROIs over time, neuropil, and dF/F.

mod dff;
mod extract;
mod neuropil;

pub use dff::{Baseline, dff};
pub use extract::{Weighting, extract};
pub use neuropil::{Ring, neuropil, subtract_neuropil};
