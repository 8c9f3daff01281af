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

    /// Makes it longer.
    pub(crate) fn grow(&mut self, shape: Shape) {
        self.shape = shape;
    }

    pub(crate) fn write(&mut self, region: &Region, value: &Value) -> Result<()> {
        check_within(region, &self.shape)?;
        let is_null = self.shape == Shape::Null;
        let fits = value.shape().dims() == region.shape() && (*value.shape() == Shape::Null) == is_null;
        if !fits || *value.dtype() != self.dtype {
            return Err(Error::new(ErrorKind::Invalid, "the elements do not fit into their places")
                .expected(format!("{} of shape {:?}", self.dtype, region.shape()))
                .found(format!("{} of shape {}", value.dtype(), value.shape())));
        }
        if !is_null && !region.is_empty() {
            self.blocks.push((region.clone(), value.clone()));
        }
        Ok(())
    }

    /// Where something was written.
    pub(crate) fn regions(&self) -> impl Iterator<Item = &Region> {
        self.blocks.iter().map(|(region, _)| region)
    }

    pub(crate) fn read(&self, region: &Region) -> Result<Value> {
        check_within(region, &self.shape)?;
        if self.shape == Shape::Null {
            return Value::from_parts(self.dtype.clone(), Shape::Null, Bytes::from_vec(Vec::<u8>::new()), None);
        }
        if let [(only, value)] = self.blocks.as_slice()
            && only.is_all_of(self.shape.dims())
        {
            return value.select(region);
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
            let part = value.select(&from)?;
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

/// An error unless the region lies within the shape.
pub(crate) fn check_within(region: &Region, shape: &Shape) -> Result<()> {
    let is_inside = |(axis, &len): (&Steps, &u64)| match axis.count.checked_sub(1) {
        None => axis.start <= len,
        Some(more) => {
            more.checked_mul(axis.step).and_then(|more| more.checked_add(axis.start)).is_some_and(|at| at < len)
        }
    };
    let (axes, dims) = (region.axes(), shape.dims());
    if axes.len() == dims.len() && axes.iter().all(|axis| axis.step > 0) && axes.iter().zip(dims).all(is_inside) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Invalid, "the region reaches outside the dataset")
        .expected(format!("a region of shape {shape}"))
        .found(format!("{region:?}")))
}

/// What a block and a region have in common: as a region of the block, and as a region of the region.
fn overlap(block: &Region, region: &Region) -> Option<(Region, Region)> {
    let axes = block.axes().iter().zip(region.axes());
    let (from, to) = axes.map(|(block, wanted)| common_steps(block, wanted)).collect::<Option<(Vec<_>, Vec<_>)>>()?;
    Some((Region::new(from), Region::new(to)))
}

/// The indices that both have: counted in the one's steps and in the other's. Both lie within a dataset.
fn common_steps(block: &Steps, wanted: &Steps) -> Option<(Steps, Steps)> {
    let last = block.end().min(wanted.end()).checked_sub(1)?;
    // Steps of two lengths meet again and again, or never: the first of as many as the block's step tell.
    let begin = block.start.saturating_sub(wanted.start).div_ceil(wanted.step);
    let tried = begin..wanted.count.min(begin.saturating_add(block.step));
    let mut met = tried.map(|n| wanted.start + n * wanted.step).take_while(|&at| at <= last);
    let first = met.find(|at| (at - block.start).is_multiple_of(block.step)).filter(|_| block.count > 0)?;
    // Too long for a number means that they meet just once.
    let step = (block.step / gcd(block.step, wanted.step)).saturating_mul(wanted.step);
    let count = (last - first) / step + 1;
    let counted_in =
        |steps: &Steps| Steps { start: (first - steps.start) / steps.step, count, step: step / steps.step };
    Some((counted_in(block), counted_in(wanted)))
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
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
        let index = usize::try_from(axis.start + i * axis.step).unwrap_or(usize::MAX);
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
    fn steps_meet_where_their_numbers_are_equal() {
        let all = (0..8).flat_map(|start| (1..6).flat_map(move |step| (0..6).map(move |count| (start, count, step))));
        let all: Vec<Steps> = all.map(|(start, count, step)| Steps { start, count, step }).collect();
        let numbers = |steps: &Steps| (0..steps.count).map(|n| steps.start + n * steps.step).collect::<Vec<_>>();
        for (block, wanted) in all.iter().flat_map(|block| all.iter().map(move |wanted| (block, wanted))) {
            let (of_block, of_wanted) = (numbers(block), numbers(wanted));
            let both: Vec<u64> = of_block.iter().copied().filter(|at| of_wanted.contains(at)).collect();
            let found = common_steps(block, wanted).map_or((vec![], vec![]), |(from, to)| {
                let pick = |steps: &Steps, of: &[u64]| numbers(steps).iter().map(|&n| of[n as usize]).collect();
                (pick(&from, &of_block), pick(&to, &of_wanted))
            });
            assert_eq!(found, (both.clone(), both), "{block:?} {wanted:?}");
        }
    }

    #[test]
    fn refuses_what_is_outside() {
        let mut assembly = Assembly::new(Dtype::TEXT, Shape::Simple(vec![u64::MAX]), None);
        let far = Region::new(vec![Steps { start: u64::MAX - 3, count: 2, step: 2 }]);
        assembly.write(&far, &Value::texts(["a", "b"])).unwrap();
        assert_eq!(assembly.read(&far).unwrap().as_texts().unwrap(), ["a", "b"]);
        for (start, count, step) in [(u64::MAX, 1, 1), (1, 2, u64::MAX), (0, u64::MAX, 2), (0, 2, 0)] {
            let region = Region::new(vec![Steps { start, count, step }]);
            assert!(assembly.read(&region).unwrap_err().is_caller_fault(), "{region:?}");
        }
        assert!(assembly.read(&Region::new(vec![])).is_err());
    }

    #[test]
    fn texts_keep_their_content() {
        let mut assembly = Assembly::new(Dtype::TEXT, Shape::Simple(vec![3]), None);
        assembly.write(&Region::block(&[1], &[2]), &Value::texts(["a", "bc"])).unwrap();
        assert_eq!(assembly.read(&Region::all(&[3])).unwrap().as_texts().unwrap(), ["", "a", "bc"]);
    }
}
