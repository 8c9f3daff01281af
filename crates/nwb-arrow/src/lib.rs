//! Tables and time series of NWB files as [Apache Arrow](https://arrow.apache.org) record batches, and back.
//!
//! - [`Export`]: which columns and rows of a table, in batches of bounded size, as a `RecordBatchReader`.
//! - [`Import`]: record batches as columns of a table.
//! - `write_csv`, `write_json_lines`, `write_parquet`: batches as files, with the features `csv`, `json` and `parquet`.
//!
//! What a column is in Arrow:
//!
//! | in the file | in a batch |
//! | --- | --- |
//! | integers, floats of 16 to 64 bits, true and false | the same, in this machine's byte order |
//! | text of any form, dates and times | `Utf8` |
//! | object reference, region reference | `Utf8`: the path of the object; null for a null reference |
//! | cell of several axes | `FixedSizeList`, for each axis one |
//! | ragged, doubly ragged | `List`, `List` of `List` |
//! | record (`pixel_mask`) | `Struct` |
//! | samples of a series (`TimeSeriesReference`) | the record as it is stored: -1 and -1 are no samples, whatever the path says |
//! | `EnumData`, named numbers | `Dictionary` of `Utf8` |
//! | `DynamicTableRegion` | the row numbers; the path of the table is the field's metadata `table` |
//! | what a region or a reference leads to | on request, by a name with dots: `electrodes.group.location` ([`Export::columns`]) |
//! | opaque | `FixedSizeBinary` |
//! | ids | a column `id`, the first |
//! | `AlignedDynamicTable` | its own columns, then those of each category as `category.column` |
//!
//! The metadata of a field are the attributes of the column (`description`, `neurodata_type`, `unit` ...) under their own names,
//! those of the schema the attributes of the table, with its `path` and `name`.
//!
//! What it is not: it opens no files (that is the crate `nwb`), and computes nothing: filtering and grouping are what Arrow's own
//! crates and all that builds upon them are for.
//!
//! Invariants:
//! - Numbers are handed over as they were read, without a copy, unless the file has another byte order.
//! - Nothing panics on what a file or a batch holds; an index that descends or runs out of its elements is an error with the
//!   column's path and the row.
//! - No more is in memory than a batch.

mod error;
mod export;
mod import;
#[cfg(any(feature = "csv", feature = "json", feature = "parquet"))]
mod write;

pub use error::{Error, Result};
pub use export::{Batches, Export, Offsets};
pub use import::{Dictionaries, Import, Imported, Nulls};
#[cfg(feature = "csv")]
pub use write::write_csv;
#[cfg(feature = "json")]
pub use write::write_json_lines;
#[cfg(feature = "parquet")]
pub use write::write_parquet;
pub use {arrow_array, arrow_schema};
