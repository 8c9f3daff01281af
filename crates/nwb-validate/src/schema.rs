//! What the schema asks for: the one that is cached in the file, else the embedded one.

use nwb_model::diagnosis::Rule;

/// Those that are not among the rules of the model, in the order in which they look at an object.
pub(crate) const RULES: &[&dyn Rule] = &[];

/// Rules of the model, about the schema of the views, in whose place stand rules about the schema of the file.
pub(crate) const REPLACED: &[&str] = &[];
