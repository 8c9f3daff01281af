//! No two methods of one name.

use std::collections::BTreeMap;

use nwb_schema::TypeName;

use crate::error::{Error, Result};

/// The names that a type and its ancestors have given away, with what has them.
#[derive(Default, Clone)]
pub(super) struct Taken(BTreeMap<String, (TypeName, String)>);

impl Taken {
    /// Gives a name to what the overlay calls `key`.
    pub(super) fn take(&mut self, what: &str, name: &str, owner: &TypeName, key: &str) -> Result<()> {
        if let Some((other_owner, other)) = self.0.get(name) {
            let other = if other_owner == owner { format!("{other:?}") } else { format!("{other:?} of {other_owner}") };
            return Err(Error::name(format!("{owner}: the {what} of {key:?} and of {other} would both be `{name}`"))
                .help(format!(
                    "give one of them another name in the overlay: [{owner}] names = {{ {key:?} = \"...\" }}"
                )));
        }
        self.0.insert(name.to_owned(), (owner.clone(), key.to_owned()));
        Ok(())
    }
}
