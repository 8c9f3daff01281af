//! A dataset's elements put together from blocks, as a file keeps them: what was not written is the fill value.

use crate::dtype::Dtype;
use crate::error::{Error, ErrorKind, Result};
use crate::selection::{Region, Steps};
use crate::value::{Bytes, Heap, Shape, Value, damaged, fill_slot, transplant};

/// Blocks of elements, later ones over earlier ones.
#[derive(Clone, Debug)]
pub(crate) struct Assembly {
    dtype: Dtype,
    shape: Shape,
    fill: Option<Value>,
    blocks: Vec<(Region, Value)>,
}

impl Assembly {
    pub(crate) fn new(dtype: Dtype, shape: Shape, fill: Option<Value>) -> Self {
        Self { dtype, shape, fill, blocks: Vec::new() }
    }

    pub(crate) fn write(&mut self, region: &Region, value: &Value) -> Result<()> {
        let dims = self.shape.dims();
        let inside =
            region.axes().len() == dims.len() && region.axes().iter().zip(dims).all(|(axis, &len)| axis.end() <= len);
        if !inside || value.shape().len() != Some(region.len()) || *value.dtype() != self.dtype {
            return Err(Error::new(ErrorKind::Invalid, "a block does not fit into its dataset")
                .expected(format!("{} within {}", self.dtype, self.shape))
                .found(format!("{} of shape {} at {region:?}", value.dtype(), value.shape())));
        }
        if !region.is_empty() {
            self.blocks.push((region.clone(), value.clone()));
        }
        Ok(())
    }

    /// Where something was written.
    pub(crate) fn regions(&self) -> impl Iterator<Item = &Region> {
        self.blocks.iter().map(|(region, _)| region)
    }

    pub(crate) fn read(&self, region: &Region) -> Result<Value> {
        if let [(only, value)] = self.blocks.as_slice()
            && only.is_all_of(self.shape.dims())
        {
            return value.clone().reshaped(self.shape.clone())?.select(region);
        }
        let shape = region.shape();
        let len = usize::try_from(region.len()).ok().filter(|len| len.checked_mul(self.dtype.size().max(1)).is_some());
        let len = len.ok_or_else(|| Error::new(ErrorKind::Limit, "the region is larger than memory"))?;
        let size = self.dtype.size();
        let mut heap = Heap::new();
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(len * size)
            .map_err(|e| Error::new(ErrorKind::Limit, "the region does not fit in memory").caused_by(e))?;
        for _ in 0..len {
            let at = bytes.len();
            match &self.fill {
                Some(fill) => {
                    bytes.extend_from_slice(fill.bytes());
                    let place = bytes.get_mut(at..).ok_or_else(damaged)?;
                    transplant(&self.dtype, place, fill.heap(), &mut heap, &mut Ok)?;
                }
                None => {
                    bytes.resize(at + size, 0);
                    zero(&self.dtype, bytes.get_mut(at..).ok_or_else(damaged)?, &mut heap)?;
                }
            }
        }
        for (block, value) in &self.blocks {
            let Some((from, to)) = overlap(block, region) else { continue };
            let part = value.clone().reshaped(Shape::of(&block.shape()))?.select(&from)?;
            let strides = strides(&shape);
            let mut elements = part.bytes().chunks_exact(size.max(1));
            each_index(to.axes(), &strides, 0, &mut |at| {
                let element = elements.next().ok_or_else(damaged)?;
                let place = bytes.get_mut(at * size..(at + 1) * size).ok_or_else(damaged)?;
                place.copy_from_slice(element);
                transplant(&self.dtype, place, part.heap(), &mut heap, &mut Ok)
            })?;
        }
        let shape = if matches!(self.shape, Shape::Simple(_)) { Shape::Simple(shape) } else { self.shape.clone() };
        Value::from_parts(self.dtype.clone(), shape, Bytes::from_vec(bytes), Some(heap))
    }
}

/// The element that stands where nothing was written and no fill value is set.
fn zero(dtype: &Dtype, place: &mut [u8], heap: &mut Heap) -> Result<()> {
    match dtype {
        _ if dtype.is_plain() => Ok(()),
        Dtype::Text(_) => fill_slot(place, heap.push_text(b"")),
        Dtype::Reference => fill_slot(place, crate::backend::Address::NULL.0),
        Dtype::RegionReference => {
            let region = crate::value::RegionReference { target: crate::backend::Address::NULL, selection: vec![] };
            fill_slot(place, heap.push_region(region))
        }
        Dtype::Sequence(element) => {
            let empty = Value::from_parts(
                (**element).clone(),
                Shape::Simple(vec![0]),
                Bytes::from_vec(Vec::<u8>::new()),
                None,
            )?;
            fill_slot(place, heap.push_sequence(empty))
        }
        Dtype::Compound(compound) => compound.members.iter().try_for_each(|member| {
            let range = member.offset..member.offset.saturating_add(member.dtype.size());
            zero(&member.dtype, place.get_mut(range).ok_or_else(damaged)?, heap)
        }),
        Dtype::Array(element, _) => {
            place.chunks_exact_mut(element.size().max(1)).try_for_each(|place| zero(element, place, heap))
        }
        _ => Ok(()),
    }
}

/// What a block (of step 1) and a region have in common: as a region of the block, and as a block of the region.
fn overlap(block: &Region, region: &Region) -> Option<(Region, Region)> {
    let mut from = Vec::new();
    let mut to = Vec::new();
    for (block, wanted) in block.axes().iter().zip(region.axes()) {
        let first = block.start.saturating_sub(wanted.start).div_ceil(wanted.step);
        let last =
            (block.end().checked_sub(1)?.checked_sub(wanted.start)? / wanted.step).min(wanted.count.checked_sub(1)?);
        if first > last || block.count == 0 {
            return None;
        }
        let count = last - first + 1;
        from.push(Steps { start: wanted.start + first * wanted.step - block.start, count, step: wanted.step });
        to.push(Steps::run(first, count));
    }
    Some((Region::new(from), Region::new(to)))
}

fn strides(shape: &[u64]) -> Vec<usize> {
    let mut strides = vec![1usize; shape.len()];
    let mut product = 1usize;
    for (stride, &len) in strides.iter_mut().zip(shape).rev() {
        *stride = product;
        product = product.saturating_mul(usize::try_from(len).unwrap_or(usize::MAX));
    }
    strides
}

fn each_index(axes: &[Steps], strides: &[usize], at: usize, visit: &mut dyn FnMut(usize) -> Result<()>) -> Result<()> {
    let (Some((axis, axes)), Some((stride, strides))) = (axes.split_first(), strides.split_first()) else {
        return visit(at);
    };
    (0..axis.count).try_for_each(|i| {
        let index = usize::try_from(axis.start + i).unwrap_or(usize::MAX);
        each_index(axes, strides, at.saturating_add(index.saturating_mul(*stride)), visit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unwritten_elements_are_the_fill_value() {
        let dtype = <i16 as crate::element::Element>::dtype();
        let mut assembly = Assembly::new(dtype.clone(), Shape::Simple(vec![3, 4]), Some(Value::scalar(-7i16)));
        let block = Value::vector(vec![1i16, 2, 3, 4]).reshaped(Shape::Simple(vec![2, 2])).unwrap();
        assembly.write(&Region::block(&[1, 2], &[2, 2]), &block).unwrap();
        let all = assembly.read(&Region::all(&[3, 4])).unwrap();
        assert_eq!(all.as_slice::<i16>().unwrap(), [-7, -7, -7, -7, -7, -7, 1, 2, -7, -7, 3, 4]);
        let steps = Region::new(vec![Steps { start: 0, count: 2, step: 2 }, Steps { start: 1, count: 2, step: 2 }]);
        assert_eq!(assembly.read(&steps).unwrap().as_slice::<i16>().unwrap(), [-7, -7, -7, 4]);
        assert!(assembly.write(&Region::block(&[2, 2], &[2, 2]), &block).is_err());
    }

    #[test]
    fn texts_keep_their_content() {
        let mut assembly = Assembly::new(Dtype::TEXT, Shape::Simple(vec![3]), None);
        assembly.write(&Region::block(&[1], &[2]), &Value::texts(["a", "bc"])).unwrap();
        assert_eq!(assembly.read(&Region::all(&[3])).unwrap().as_texts().unwrap(), ["", "a", "bc"]);
    }
}
