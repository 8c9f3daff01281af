//! Batches as files of other formats.

#[cfg(feature = "csv")]
mod csv;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "parquet")]
mod parquet;

#[cfg(feature = "csv")]
pub use csv::write_csv;
#[cfg(feature = "json")]
pub use json::write_json_lines;
#[cfg(feature = "parquet")]
pub use parquet::write_parquet;
