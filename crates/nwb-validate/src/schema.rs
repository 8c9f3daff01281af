//! What the schema asks for: the one that is cached in the file, else the embedded one.
//!
//! An object is looked at with its members without types, as `hdmf.validate` does it: children are given to the slots of their group
//! by name and by type, then each is held against its own type and against what its slot says beyond that. All of it is worked out
//! once for each object ([`Assessment`]), and each rule tells its part.

mod assessment;
mod dates;
mod matching;
mod misplaced;
mod rules;
mod values;

pub(crate) use rules::{REPLACED, RULES};

use assessment::{Assessment, Kind};
