//! Lines of JSON.

use std::io::Write;

use arrow_array::RecordBatchReader;
use arrow_json::WriterBuilder;
use arrow_json::writer::LineDelimited;

use crate::error::Result;

/// Writes batches as lines of JSON, an object for each row with all its columns by name.
///
/// What is absent is `null`, and so is a number that JSON has not: not-a-number and the infinities. The bytes of opaque cells are
/// in hexadecimal.
///
/// # Errors
/// When a batch cannot be read, or not be written.
pub fn write_json_lines(batches: impl RecordBatchReader, out: impl Write) -> Result<()> {
    let mut writer = WriterBuilder::new().with_explicit_nulls(true).build::<_, LineDelimited>(out);
    for batch in batches {
        writer.write(&batch?)?;
    }
    Ok(writer.finish()?)
}
