//! What best practice asks for: the checks of nwbinspector, by its names.

use nwb_model::diagnosis::Rule;

/// All of them, in the order in which they look at an object.
pub(crate) const RULES: &[&dyn Rule] = &[];
