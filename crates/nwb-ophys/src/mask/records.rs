//! Masks as records, the way a file holds them.

use nwb_model::dtype::{ByteOrder, Dtype, Number};
use nwb_model::value::{Bytes, Shape, Value};

use super::columns::Masks;
use crate::Result;

impl<const N: usize> Masks<N> {
    /// What one record is: `{x, y, weight}` or `{x, y, z, weight}`, coordinates uint32 and weight float32, little-endian, packed.
    #[must_use]
    pub fn dtype() -> Dtype {
        let coordinate = |name| (name, Dtype::Number(Number::U32, ByteOrder::Little));
        let names = ["x", "y", "z"].into_iter().take(N);
        Dtype::packed(names.map(coordinate).chain([("weight", Dtype::Number(Number::F32, ByteOrder::Little))]))
    }

    /// All pixels of all ROIs as records of one axis: the elements of the `pixel_mask` or `voxel_mask` column.
    ///
    /// # Errors
    /// Never for masks in a plane or a volume.
    pub fn to_value(&self) -> Result<Value> {
        let mut words = Vec::with_capacity(self.weights.len().saturating_mul(N + 1));
        for (at, weight) in self.coordinates.iter().zip(&self.weights) {
            words.extend(at.iter().map(|coordinate| coordinate.to_le()));
            words.push(weight.to_bits().to_le());
        }
        Value::from_parts(Self::dtype(), Shape::of(&[self.weights.len() as u64]), Bytes::from_vec(words), None)
    }

    /// Masks from the records of a file and the index after the last record of each ROI.
    ///
    /// The members may have any order, offset, byte order and width, as long as each value fits.
    ///
    /// # Errors
    /// When a member is missing or holds a value that uint32 or float32 cannot represent, or the ends go down or do not end
    /// with the records.
    pub fn from_value(records: &Value, ends: Vec<u64>) -> Result<Self> {
        let mut coordinates = Vec::new();
        let mut weights = Vec::new();
        if *records.dtype() == Self::dtype() {
            coordinates.reserve(records.len());
            weights.reserve(records.len());
            for record in records.bytes().chunks_exact((N + 1) * 4) {
                let mut words = record.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word));
                coordinates.push(std::array::from_fn(|_| words.next().unwrap_or(0)));
                weights.push(f32::from_bits(words.next().unwrap_or(0)));
            }
        } else {
            coordinates.resize(records.len(), [0; N]);
            for (axis, name) in ["x", "y", "z"].into_iter().take(N).enumerate() {
                let column = records.member(name)?.to_vec::<u32>()?;
                for (place, value) in coordinates.iter_mut().filter_map(|at| at.get_mut(axis)).zip(column) {
                    *place = value;
                }
            }
            weights = records.member("weight")?.to_vec::<f32>()?;
        }
        Self::from_parts(coordinates, weights, ends)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use nwb_model::dtype::{Compound, Member};
    use proptest::prelude::*;

    use super::super::{PixelMasks, VoxelMasks};
    use super::*;

    #[test]
    fn records_are_packed_and_little_endian() {
        let masks = PixelMasks::from_columns([&[1, 0x0102_0304], &[2, 0]], &[0.5, -1.0], &[1, 2]).unwrap();
        let value = masks.to_value().unwrap();
        assert_eq!(value.dtype().to_string(), "{x: uint32, y: uint32, weight: float32}");
        assert_eq!(value.dtype().size(), 12);
        assert_eq!(value.bytes()[..12], [1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0x3f]);
        assert_eq!(value.bytes()[12..16], [4, 3, 2, 1]);
        assert_eq!(PixelMasks::from_value(&value, vec![1, 2]).unwrap(), masks);
        assert!(PixelMasks::from_value(&value, vec![1]).is_err());
        assert_eq!(VoxelMasks::dtype().size(), 16);
        assert!(VoxelMasks::from_value(&value, vec![1, 2]).unwrap_err().to_string().contains("\"z\""));
    }

    #[test]
    fn reads_records_of_other_writers() {
        let member = |name: &str, offset, number, order| Member {
            name: name.into(),
            offset,
            dtype: Dtype::Number(number, order),
        };
        let dtype = Dtype::Compound(Arc::new(Compound {
            size: 24,
            members: vec![
                member("weight", 2, Number::F64, ByteOrder::Big),
                member("y", 10, Number::U32, ByteOrder::Big),
                member("x", 16, Number::I64, ByteOrder::Little),
            ],
        }));
        let record = |x: i64, y: u32, weight: f64| {
            let mut bytes = vec![0xee, 0xee];
            bytes.extend(weight.to_be_bytes());
            bytes.extend(y.to_be_bytes());
            bytes.extend([0xee, 0xee]);
            bytes.extend(x.to_le_bytes());
            bytes
        };
        let value = |records: Vec<Vec<u8>>| {
            let shape = Shape::of(&[records.len() as u64]);
            Value::from_parts(dtype.clone(), shape, Bytes::from_vec(records.concat()), None).unwrap()
        };
        let masks = PixelMasks::from_value(&value(vec![record(7, 300, 0.25), record(0, 1, 2.0)]), vec![0, 2]).unwrap();
        assert_eq!(masks.coordinates(), [[7, 300], [0, 1]]);
        assert_eq!(masks.weights(), [0.25, 2.0]);
        assert!(PixelMasks::from_value(&value(vec![record(-1, 0, 1.0)]), vec![1]).is_err());
        assert!(PixelMasks::from_value(&value(vec![record(1, 0, 0.1)]), vec![1]).is_err());
    }

    proptest! {
        #[test]
        fn every_weight_survives(pixels in proptest::collection::vec((any::<[u32; 3]>(), any::<u32>()), 0..50)) {
            let mut masks = VoxelMasks::new();
            masks.push_pixels(pixels.iter().map(|(at, bits)| (*at, f32::from_bits(*bits))));
            let back = VoxelMasks::from_value(&masks.to_value().unwrap(), masks.ends().to_vec()).unwrap();
            prop_assert_eq!(back.coordinates(), masks.coordinates());
            let bits = back.weights().iter().map(|weight| weight.to_bits());
            prop_assert!(bits.eq(masks.weights().iter().map(|weight| weight.to_bits())));
        }
    }
}
