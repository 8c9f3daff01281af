//! Calcium imaging for NWB: ROI masks, movies from TIFF files, a simulated movie, and the simplest processing that leads to
//! fluorescence traces.
//!
//! | module | what is in it |
//! | --- | --- |
//! | [`mask`] | ROIs as pixels, voxels or images, exact conversions between them, and columns of many ROIs |
//! | [`tiff`] | a multi-page TIFF file as a movie that is decoded while it is written |
//! | [`summary`] | mean, largest value and standard deviation of each pixel over time |
//! | [`register`] | shifts of each frame against the mean, and the movie without them |
//! | [`segment`] | round cells at the maxima of a summary image |
//! | [`segmentation`] | masks as columns of a `PlaneSegmentation`, written and read |
//! | [`traces`] | fluorescence by masks, neuropil, dF/F |
//! | [`simulate`] | a two-photon movie with known cells, shifts and transients |
//!
//! It is no replacement for Suite2p or CaImAn: [`segment`] and [`register`] are made for demonstrations and tests, and a
//! file that is written with them should say so.
//!
//! What holds everywhere:
//! - Axes are in the schema's order: a movie is `[time, x, y]` or `[time, x, y, z]`, x being width (columns) and y height
//!   (rows); a mask's x and y are the same x and y. Nothing is swapped or flipped without a word.
//! - A movie is never wholly in memory: everything takes and gives [`Rows`](nwb_model::data::Rows), in blocks of bounded size.
//! - Nothing panics on what a file holds.

pub mod mask;
pub mod movie;
mod numbers;
pub mod register;
pub mod segment;
pub mod segmentation;
pub mod simulate;
pub mod summary;
pub mod tiff;
pub mod traces;

pub use nwb_model::{Error, ErrorKind, Result};
