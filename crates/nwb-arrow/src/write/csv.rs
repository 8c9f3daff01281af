//! CSV, in which a cell is one text.

use std::io::Write;
use std::sync::Arc;

use arrow_array::builder::LargeStringBuilder;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, RecordBatchReader};
use arrow_json::EncoderOptions;
use arrow_json::writer::make_encoder;
use arrow_schema::{DataType, Field, FieldRef, Schema, SchemaRef};

use crate::error::Result;

/// Writes batches as CSV with a line of names first, a line for each row.
///
/// Lists and records, which CSV has not, are written as JSON: `[0.5,1.25]`, `[{"x":3,"y":2,"weight":1.0}]`; in them a number that is
/// none is `null`. What is absent is an empty field, as is an empty text. The bytes of opaque cells are in hexadecimal.
///
/// # Errors
/// When a batch cannot be read, or not be written.
pub fn write_csv(batches: impl RecordBatchReader, out: impl Write) -> Result<()> {
    let source = batches.schema();
    let flat = flat_schema(&source);
    let mut writer = arrow_csv::Writer::new(out);
    // The line of names comes with the first batch, and is wanted even if there is none.
    writer.write(&RecordBatch::new_empty(Arc::clone(&flat)))?;
    for batch in batches {
        writer.write(&flattened(&batch?, &flat)?)?;
    }
    Ok(())
}

fn is_nested(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::List(_)
            | DataType::LargeList(_)
            | DataType::FixedSizeList(..)
            | DataType::ListView(_)
            | DataType::LargeListView(_)
            | DataType::Struct(_)
            | DataType::Map(..)
    )
}

fn flat_schema(schema: &Schema) -> SchemaRef {
    let flat = |field: &FieldRef| {
        if is_nested(field.data_type()) {
            Arc::new(Field::new(field.name(), DataType::LargeUtf8, true))
        } else {
            Arc::clone(field)
        }
    };
    Arc::new(Schema::new(schema.fields().iter().map(flat).collect::<Vec<_>>()))
}

fn flattened(batch: &RecordBatch, flat: &SchemaRef) -> Result<RecordBatch> {
    let schema = batch.schema();
    let fields = schema.fields().iter().zip(batch.columns());
    let arrays = fields
        .map(|(field, array)| if is_nested(field.data_type()) { as_json(field, array) } else { Ok(Arc::clone(array)) });
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(Arc::clone(flat), arrays.collect::<Result<_>>()?, &options)?)
}

/// Each cell as JSON.
fn as_json(field: &FieldRef, array: &ArrayRef) -> Result<ArrayRef> {
    let options = EncoderOptions::default().with_explicit_nulls(true);
    let mut encoder = make_encoder(field, array, &options)?;
    let mut texts = LargeStringBuilder::with_capacity(array.len(), 0);
    let mut text = Vec::new();
    for row in 0..array.len() {
        if encoder.is_null(row) {
            texts.append_null();
            continue;
        }
        text.clear();
        encoder.encode(row, &mut text);
        texts.append_value(String::from_utf8_lossy(&text));
    }
    Ok(Arc::new(texts.finish()))
}
