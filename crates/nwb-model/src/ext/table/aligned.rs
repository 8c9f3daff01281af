//! Tables whose columns are grouped into categories.

use crate::access;
use crate::error::{Error, ErrorKind, Result};
use crate::ext::Column;
use crate::types::{AlignedDynamicTable, DynamicTable};
use crate::view::NeurodataType;

impl AlignedDynamicTable {
    /// The names of its categories in their order; none where the file does not name them.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn category_names(&self) -> Result<Vec<String>> {
        let names = access::attribute(self, "", "categories").optional::<Vec<&str>>()?;
        Ok(names.unwrap_or_default().into_iter().map(str::to_owned).collect())
    }

    /// A category by its name: a table with as many rows.
    ///
    /// # Errors
    /// When there is none of that name, or it has another number of rows.
    pub fn category(&self, name: &str) -> Result<DynamicTable> {
        let names = self.category_names()?;
        let found = if names.iter().any(|other| other == name) { self.object().child(name)? } else { None };
        let Some(category) = found else {
            let error = Error::new(ErrorKind::NotFound, format!("the table has no category \"{name}\""))
                .found(names.join(", "));
            return Err(self.object().fail(match crate::names::nearest(name, names.iter().map(String::as_str)) {
                Some(near) => error.remedy(format!("did you mean \"{near}\"?")),
                None => error,
            }));
        };
        let category: DynamicTable = category.cast()?;
        let (expected, found) = (self.row_count()?, category.row_count()?);
        if expected == found { Ok(category) } else { Err(unequal(&category, expected, found)) }
    }

    /// A column of a category.
    ///
    /// # Errors
    /// When there is no such category or column.
    pub fn category_column(&self, category: &str, name: &str) -> Result<Column> {
        self.category(category)?.column(name)
    }

    /// Category and name of all columns: those of the table itself, with no category, then those of each category.
    ///
    /// # Errors
    /// When a category cannot be read.
    pub fn all_column_names(&self) -> Result<Vec<(Option<String>, String)>> {
        let mut names: Vec<(Option<String>, String)> =
            self.column_names()?.into_iter().map(|name| (None, name)).collect();
        for category in self.category_names()? {
            let columns = self.category(&category)?.column_names()?;
            names.extend(columns.into_iter().map(|name| (Some(category.clone()), name)));
        }
        Ok(names)
    }
}

/// A category that is not as long as its table.
pub(super) fn unequal(category: &DynamicTable, expected: u64, found: u64) -> Error {
    category.object().fail(
        Error::new(ErrorKind::Malformed, "a category has another number of rows than its table")
            .expected(expected.to_string())
            .found(found.to_string())
            .by_spec("hdmf-common AlignedDynamicTable"),
    )
}
