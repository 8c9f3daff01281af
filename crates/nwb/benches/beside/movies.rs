//! Reading elements: rows 1 to 7.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use libdeflater::Decompressor;
use nwb::ndarray::{Array2, Array3, ArrayD, s};
use nwb::{Along, Dataset, Selection};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::Failure;
use crate::arguments::Arguments;
use crate::digest;
use crate::meter::{Measured, Meter};

fn dataset(arguments: &Arguments) -> Result<(Dataset, Vec<usize>), Failure> {
    let dataset = nwb::open(arguments.text("file")?)?.get(arguments.text("path")?)?.dataset()?;
    let shape = dataset.shape()?.iter().map(|&length| length as usize).collect();
    Ok((dataset, shape))
}

fn elements<T, D: nwb::ndarray::Dimension>(array: &nwb::ndarray::Array<T, D>) -> Result<&[T], Failure> {
    array.as_slice().ok_or_else(|| "the array is in another order".into())
}

/// Everything, into memory that was touched.
pub(crate) fn full(arguments: &Arguments) -> Result<Measured, Failure> {
    let (dataset, shape) = dataset(arguments)?;
    let mut out = ArrayD::<u16>::ones(shape);
    let meter = Meter::start();
    dataset.read_into(.., &mut out)?;
    Ok(meter.stop().digest(digest::of(elements(&out)?)))
}

/// Everything, into memory of the library's own.
pub(crate) fn owning(arguments: &Arguments) -> Result<Measured, Failure> {
    let (dataset, _) = dataset(arguments)?;
    let meter = Meter::start();
    let out: ArrayD<u16> = dataset.read(..)?;
    Ok(meter.stop().digest(digest::of(elements(&out)?)))
}

/// A patch of every frame.
pub(crate) fn patch(arguments: &Arguments) -> Result<Measured, Failure> {
    let (dataset, shape) = dataset(arguments)?;
    let at: Vec<usize> = arguments.numbers("at")?;
    let &[y, x, edge] = at.as_slice() else { return Err("at=Y,X,EDGE is expected".into()) };
    let mut out = Array3::<u16>::ones((shape.first().copied().unwrap_or(0), edge, edge));
    let meter = Meter::start();
    dataset.read_into(s![.., y..y + edge, x..x + edge], &mut out)?;
    Ok(meter.stop().digest(digest::of(elements(&out)?)))
}

/// Single frames, each by a call of its own.
pub(crate) fn frames(arguments: &Arguments) -> Result<Measured, Failure> {
    let (dataset, shape) = dataset(arguments)?;
    let frames: Vec<usize> = arguments.numbers("frames")?;
    let &[_, height, width] = shape.as_slice() else { return Err("a movie is expected".into()) };
    let mut out = Array3::<u16>::ones((frames.len(), height, width));
    let meter = Meter::start();
    for (&frame, target) in frames.iter().zip(out.outer_iter_mut()) {
        dataset.read_into(s![frame, .., ..], target)?;
    }
    Ok(meter.stop().digest(digest::of(elements(&out)?)))
}

/// Scattered rows, in one call.
pub(crate) fn rows(arguments: &Arguments) -> Result<Measured, Failure> {
    let (dataset, shape) = dataset(arguments)?;
    let text = std::fs::read_to_string(arguments.text("rows")?)?;
    let rows = text.split_whitespace().map(str::parse::<i64>).collect::<Result<Vec<_>, _>>()?;
    let mut out = Array2::<i16>::ones((rows.len(), shape.get(1).copied().unwrap_or(0)));
    let meter = Meter::start();
    dataset.read_into(Selection::along([Along::list(rows)]), &mut out)?;
    Ok(meter.stop().digest(digest::of(elements(&out)?)))
}

/// Nothing but inflating, on all cores, chunks that are in memory: what no reader can beat.
pub(crate) fn inflate(arguments: &Arguments) -> Result<Measured, Failure> {
    let mut file = File::open(arguments.text("file")?)?;
    let text = std::fs::read_to_string(arguments.text("chunks")?)?;
    let mut numbers = text.split_whitespace().map(str::parse::<u64>);
    let mut next = || numbers.next().transpose();
    let size = next()?.ok_or("the list of chunks is empty")? as usize;
    let mut chunks = Vec::new();
    while let Some(offset) = next()? {
        let mut chunk = vec![0; next()?.ok_or("the list of chunks ends too early")? as usize];
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(&mut chunk)?;
        chunks.push(chunk);
    }
    let threads = std::thread::available_parallelism()?.get();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    // The threads are there before the clock starts, and so are their buffers.
    pool.broadcast(|_| ());
    let meter = Meter::start();
    let inflated: Result<(), libdeflater::DecompressionError> = pool.install(|| {
        chunks.par_iter().try_for_each_init(
            || (vec![0; size], Decompressor::new()),
            |(plain, inflater), chunk| inflater.zlib_decompress(chunk, plain).map(|_| ()),
        )
    });
    inflated?;
    Ok(meter.stop())
}
