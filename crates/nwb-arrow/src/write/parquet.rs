//! Parquet.

use std::io::Write;

use arrow_array::RecordBatchReader;
use nwb_model::ErrorKind;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::error::{Error, Result};

/// A row group ends when it takes this many bytes: what the writer holds in memory.
const GROUP_BYTES: usize = 128 << 20;

/// Writes batches as a Parquet file, compressed with Snappy.
///
/// The Arrow schema goes with it, so that whoever reads the file with Arrow gets the same types, and what the NWB file says of
/// the columns.
///
/// # Errors
/// When a batch cannot be read, or not be written.
pub fn write_parquet(batches: impl RecordBatchReader, out: impl Write + Send) -> Result<()> {
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(out, batches.schema(), Some(properties)).map_err(refused)?;
    for batch in batches {
        writer.write(&batch?).map_err(refused)?;
        if writer.in_progress_size() > GROUP_BYTES {
            writer.flush().map_err(refused)?;
        }
    }
    writer.close().map_err(refused)?;
    Ok(())
}

fn refused(error: ParquetError) -> Error {
    let kind = match &error {
        ParquetError::NYI(_) => ErrorKind::Unsupported,
        ParquetError::External(source) if source.is::<std::io::Error>() => ErrorKind::Io,
        _ => ErrorKind::Invalid,
    };
    Error::new(kind, "the Parquet file cannot be written").caused_by(error)
}
