//! Attributes.

use hdf5_sys::h5a::{H5Aget_space, H5Aget_type, H5Aread, H5Awrite};
use nwb_model::dtype::Dtype;
use nwb_model::value::Value;

use super::datatype::Type;
use super::elements::{self, Prepared};
use super::error::{Outcome, call};
use super::file::FileId;
use super::id::{AttributeKind, Id};
use super::space::Space;
use crate::dtype;

/// An attribute.
pub(crate) type AttributeId = Id<AttributeKind>;

impl AttributeId {
    pub(crate) fn datatype(&self) -> Outcome<Type> {
        // SAFETY: the identifier is an attribute.
        Type::from_call(|| unsafe { H5Aget_type(self.raw()) })
    }

    fn space(&self) -> Outcome<Space> {
        // SAFETY: as above.
        Space::from_call(|| unsafe { H5Aget_space(self.raw()) })
    }

    /// Reads all elements.
    pub(crate) fn read(&self, file: &FileId) -> Outcome<(Value, Option<u64>)> {
        let (of, space) = (self.datatype()?, self.space()?);
        let dtype: Dtype = dtype::readable(&of)?;
        let shape = space.shape()?.0;
        let fetch = |buffer: &mut [u8]| {
            // SAFETY: the buffer has just the size of the elements.
            call(|| unsafe { H5Aread(self.raw(), of.raw(), buffer.as_mut_ptr().cast()) }).map(drop)
        };
        // SAFETY: the type is the attribute's own and `dtype` was made from it; all elements are read.
        let value = unsafe { elements::read(file, &of, &dtype, shape, &space, fetch) }?;
        Ok((value, of.committed_address()?))
    }

    /// Writes all elements; the attribute was made with the type and shape of the value that they come from.
    pub(crate) fn write(&self, of: &Type, elements: &Prepared<'_>) -> Outcome<()> {
        // SAFETY: there is an element for each place, and what they point to lives as long as they do.
        call(|| unsafe { H5Awrite(self.raw(), of.raw(), elements.bytes().as_ptr().cast()) }).map(drop)
    }
}
