//! How elements can be stored, whatever the format.

use crate::backend::{DatasetInfo, Layout};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::chunk_shape;
use crate::value::Shape;

/// An error unless elements can be stored so.
pub(super) fn check_storage(info: &DatasetInfo) -> Result<()> {
    let dims = info.shape.dims();
    if let Some(fill) = &info.fill
        && (*fill.dtype() != info.dtype || *fill.shape() != Shape::Scalar)
    {
        return Err(Error::new(ErrorKind::Invalid, "the fill value is not one element of the dataset")
            .expected(info.dtype.to_string())
            .found(format!("{} of shape {}", fill.dtype(), fill.shape())));
    }
    if let Layout::Chunked(chunk) = &info.layout
        && (chunk.is_empty() || chunk.len() != dims.len() || chunk.contains(&0))
    {
        return Err(Error::new(ErrorKind::Invalid, "the chunks do not fit the dataset")
            .expected(format!("a positive length for each axis of {}", info.shape))
            .found(format!("{chunk:?}")));
    }
    let Some(most) = &info.max_shape else { return Ok(()) };
    let is_below = |(most, len): (&Option<u64>, &u64)| most.is_some_and(|most| most < *len);
    if most.len() != dims.len() || most.iter().zip(dims).any(is_below) {
        return Err(Error::new(ErrorKind::Invalid, "the dataset is not within its own limits")
            .expected(format!("a limit for each axis of {}", info.shape))
            .found(format!("{most:?}")));
    }
    let grows = most.iter().zip(dims).any(|(most, len)| *most != Some(*len));
    if grows && !matches!(info.layout, Layout::Chunked(_)) {
        return Err(Error::new(ErrorKind::Invalid, "only a dataset in chunks can grow").remedy("choose chunks"));
    }
    Ok(())
}

/// What takes the place of a layout in other files.
pub(super) fn own_layout(info: &DatasetInfo) -> Layout {
    match &info.layout {
        Layout::External | Layout::Virtual if info.max_shape.is_some() || !info.filters.is_empty() => {
            Layout::Chunked(chunk_shape(&info.dtype, info.shape.dims()))
        }
        Layout::External | Layout::Virtual => Layout::Contiguous,
        own => own.clone(),
    }
}
