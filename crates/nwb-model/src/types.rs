//! Which neurodata types there are, for the objects of one file.
use crate::tree::NodeRef;
pub(crate) struct Types;
impl Types {
    pub(crate) fn of_file(_: NodeRef<'_>) -> Self {
        Self
    }
}
