//! Tables whose columns are grouped into categories.

use crate::error::{Error, ErrorKind};
use crate::types::DynamicTable;
use crate::view::NeurodataType;

/// A category that is not as long as its table.
pub(super) fn unequal(category: &DynamicTable, expected: u64, found: u64) -> Error {
    category.object().fail(
        Error::new(ErrorKind::Malformed, "a category has another number of rows than its table")
            .expected(expected.to_string())
            .found(found.to_string())
            .by_spec("hdmf-common AlignedDynamicTable"),
    )
}
