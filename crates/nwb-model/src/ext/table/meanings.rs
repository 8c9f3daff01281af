//! What the values of a column mean.

use crate::draft::{Draft, DraftNode, Link};
use crate::error::{Error, ErrorKind, Result};
use crate::types::{DynamicTable, MeaningsTable, VectorData};
use crate::value::Value;
use crate::view::{IsA, NeurodataType};

impl DynamicTable {
    /// The table that tells what the values of a column mean, if there is one: by its name, `<column>_meanings`, or by the column
    /// that it refers to.
    ///
    /// # Errors
    /// When the tables of meanings cannot be read.
    pub fn meanings_of(&self, column: &str) -> Result<Option<MeaningsTable>> {
        let tables = self.meanings_tables()?;
        if let Some(group) = tables.all().group()
            && let Some(named) = group.child(&format!("{column}_meanings"))?
            && named.is::<MeaningsTable>()?
        {
            return Ok(Some(named.cast()?));
        }
        let described = self.column(column)?;
        for table in tables.iter()? {
            let table = table?;
            if table.described()?.object() == described.data().object() {
                return Ok(Some(table));
            }
        }
        Ok(None)
    }
}

impl MeaningsTable {
    /// The column whose values it describes: by a reference, or, in files of hdmf-common 1.9, by a link.
    ///
    /// # Errors
    /// When there is neither, or it leads nowhere.
    pub fn described(&self) -> Result<VectorData> {
        match self.object().attribute("target")? {
            Some(_) => self.target(),
            None => match self.object().child("target")? {
                Some(linked) => linked.cast(),
                None => self.target(),
            },
        }
    }

    /// What a value means; `None` where the table does not tell. Numbers are the same whatever their types.
    ///
    /// # Errors
    /// When the table cannot be read, or holds other things than texts as meanings.
    pub fn meaning_of(&self, value: impl Into<Value>) -> Result<Option<String>> {
        let asked = value.into();
        let rows = self.row_count()?;
        let values = self.column("value")?.read_decoded(0..rows)?.values;
        let row = match asked.as_text() {
            Ok(text) => (0..values.len()).find(|&row| values.text_bytes(row).is_ok_and(|own| own == text.as_bytes())),
            Err(_) => match (asked.as_scalar::<f64>(), values.to_vec::<f64>()) {
                (Ok(asked), Ok(values)) => values.iter().position(|own| *own == asked),
                _ => match (asked.as_scalar::<bool>(), values.to_vec::<bool>()) {
                    (Ok(asked), Ok(values)) => values.iter().position(|own| *own == asked),
                    _ => {
                        return Err(self.object().fail(
                            Error::new(ErrorKind::WrongType, "the value is of another type than the values described")
                                .expected(values.dtype().to_string())
                                .found(asked.dtype().to_string()),
                        ));
                    }
                },
            },
        };
        let Some(row) = row else { return Ok(None) };
        Ok(Some(self.column("meaning")?.cell(row as u64)?.as_text()?.to_owned()))
    }

    /// All values with their meanings, in order; values as texts are, numbers as they are read.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn meanings(&self) -> Result<(Value, Vec<String>)> {
        let values = self.column("value")?.read_decoded(..)?.values;
        let meanings = self.column("meaning")?.read(..)?.values;
        Ok((values, meanings.as_texts()?.into_iter().map(str::to_owned).collect()))
    }
}

impl<T: IsA<DynamicTable>> Draft<T> {
    /// Says what the values of a column of this table mean. The column is one of the draft's, or, in an update, one that is there.
    ///
    /// ```
    /// use nwb_model::ext::Columns;
    /// use nwb_model::types::{DynamicTable, DynamicTableInit};
    ///
    /// let table = DynamicTable::new(DynamicTableInit { name: "cues".into(), description: "cues shown".into() })
    ///     .column("side", "where it was shown", ["l", "r", "l"])
    ///     .with_meanings("side", ["l", "r"], ["left of the animal", "right of the animal"]);
    /// ```
    #[must_use]
    pub fn with_meanings(
        mut self,
        column: &str,
        values: impl Into<crate::data::Data>,
        meanings: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let mut table = Draft::<MeaningsTable>::begin(Some(format!("{column}_meanings")));
        let node: &mut DraftNode = &mut table.node;
        node.attribute("", "description", format!("Meanings for values in '{column}'"));
        // It lies in a group of the table that the column lies in.
        node.reference("", "target", Link::<VectorData>::sibling(format!("../{column}")));
        let meanings: Vec<String> = meanings.into_iter().map(Into::into).collect();
        node.put_column(super::column("value".into(), "The value of a row in the target".into(), values.into()));
        node.put_column(super::column("meaning".into(), "The meaning of the value".into(), meanings.into()));
        self.node.add::<MeaningsTable>("meanings_tables", table.into());
        self
    }
}
