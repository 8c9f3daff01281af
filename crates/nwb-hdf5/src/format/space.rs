//! Shapes.

use nwb_model::value::Shape;

use super::cursor::Cursor;
use super::{Declined, Known};

/// Most axes that a dataspace may have.
const MOST_AXES: usize = 32;

/// A shape, and how far each axis may grow (`None`: without end) where the file says so.
#[derive(Debug)]
pub(super) struct Space {
    pub(super) shape: Shape,
    pub(super) most: Option<Vec<Option<u64>>>,
}

impl Space {
    pub(super) fn read(body: &[u8]) -> Known<Self> {
        const SCALAR: u8 = 0;
        const SIMPLE: u8 = 1;
        const NULL: u8 = 2;
        let mut cursor = Cursor::new(body);
        let (version, rank, flags) = (cursor.u8()?, usize::from(cursor.u8()?), cursor.u8()?);
        let class = match version {
            1 => {
                cursor.skip(5)?;
                if rank == 0 { SCALAR } else { SIMPLE }
            }
            2 => cursor.u8()?,
            _ => return Err(Declined("a dataspace of an unknown version")),
        };
        if flags & !1 != 0 || rank > MOST_AXES {
            return Err(Declined("an unusual dataspace"));
        }
        match (class, rank) {
            (SCALAR, 0) => Ok(Self { shape: Shape::Scalar, most: None }),
            (NULL, 0) => Ok(Self { shape: Shape::Null, most: None }),
            (SIMPLE, 1..) => {
                let dims = (0..rank).map(|_| cursor.u64()).collect::<Known<Vec<u64>>>()?;
                if flags == 0 {
                    return Ok(Self { shape: Shape::Simple(dims), most: None });
                }
                let most = (0..rank).map(|_| cursor.u64()).collect::<Known<Vec<u64>>>()?;
                if dims.iter().zip(&most).any(|(len, most)| len > most) {
                    return Err(Declined("a dataspace that is larger than it may become"));
                }
                let grows = most != dims;
                let most = most.into_iter().map(|len| (len != u64::MAX).then_some(len)).collect();
                Ok(Self { shape: Shape::Simple(dims), most: grows.then_some(most) })
            }
            _ => Err(Declined("an unusual dataspace")),
        }
    }
}
