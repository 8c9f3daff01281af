//! Room for elements.

use nwb_model::value::Bytes;
use nwb_model::{Error, ErrorKind, Result};

/// From this size on, room is prepared for a large read.
pub(crate) const LARGE: usize = 4 << 20;

/// Bytes that are filled once, aligned for the widest number that they can be made of.
pub(crate) fn filled(size: usize, fill: impl FnOnce(&mut [u8]) -> Result<()>) -> Result<Bytes> {
    match size {
        size if size.is_multiple_of(8) => of::<u64>(size, fill),
        size if size.is_multiple_of(4) => of::<u32>(size, fill),
        size if size.is_multiple_of(2) => of::<u16>(size, fill),
        size => of::<u8>(size, fill),
    }
}

fn of<T: bytemuck::Pod + Send + Sync>(size: usize, fill: impl FnOnce(&mut [u8]) -> Result<()>) -> Result<Bytes> {
    let len = size / size_of::<T>();
    // Only a probe: memory that comes as zeros is taken by `vec!` alone.
    Vec::<T>::new().try_reserve_exact(len).map_err(|error| {
        Error::new(ErrorKind::Limit, "the elements do not fit into memory")
            .found(format!("{size} bytes"))
            .remedy("read them in parts")
            .caused_by(error)
    })?;
    let mut elements = vec![T::zeroed(); len];
    fill(bytemuck::cast_slice_mut(&mut elements))?;
    Ok(Bytes::from_vec(elements))
}
