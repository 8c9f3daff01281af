//! The tables of intracellular recordings: adding rows to all levels, and reading them as one.

pub(super) mod rows;
pub(super) mod view;
