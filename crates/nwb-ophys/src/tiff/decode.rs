//! Decoding frames, on all cores.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use bytemuck::Pod;
use nwb_model::data::Rows;
use nwb_model::dtype::ByteOrder;
use nwb_model::value::{Bytes, Shape, Value};
use rayon::prelude::*;
use tiff::decoder::Decoder;

use super::pages::{Frames, in_page, limits};
use super::reader::Patched;
use super::transpose::transpose;
use super::{Axes, TiffMovie};
use crate::{Error, ErrorKind, Result};

/// The frames from `first` on.
pub(super) fn frames(movie: &TiffMovie, first: u64, count: u64) -> Result<Value> {
    let end = first.checked_add(count).filter(|&end| end <= movie.frames);
    if end.is_none() {
        return Err(Error::new(ErrorKind::Invalid, "the movie has not so many frames")
            .expected(format!("frames within 0..{}", movie.frames))
            .found(format!("{count} from frame {first} on")));
    }
    let mut shape = movie.shape();
    if let Some(frames) = shape.first_mut() {
        *frames = count;
    }
    // Samples are only moved, so it is enough to know how wide they are; the vector's type keeps them aligned.
    let bytes = match movie.format.number.size() {
        1 => run::<u8>(movie, first, count),
        2 => run::<u16>(movie, first, count),
        4 => run::<u32>(movie, first, count),
        _ => run::<u64>(movie, first, count),
    }?;
    Value::from_parts(movie.dtype(), Shape::of(&shape), bytes, None)
}

fn run<W: Pod + Send + Sync>(movie: &TiffMovie, first: u64, count: u64) -> Result<Bytes> {
    let too_large = || {
        Error::new(ErrorKind::Limit, "so many frames do not fit into memory")
            .found(format!("{count} frames of {}", movie.format))
            .remedy("ask for fewer at once")
    };
    let pixels = usize::try_from(movie.format.pixels()).map_err(|_| too_large())?;
    let total = usize::try_from(count).ok().and_then(|count| count.checked_mul(pixels)).ok_or_else(too_large)?;
    let mut samples: Vec<W> = Vec::new();
    samples.try_reserve_exact(total).map_err(|error| too_large().caused_by(error))?;
    samples.resize(total, W::zeroed());
    samples.par_chunks_mut(pixels.max(1)).enumerate().try_for_each_init(
        || (None::<File>, Vec::new()),
        |(own, scratch), (index, frame)| {
            // Each thread has its own handle: a handle's position cannot be shared.
            let file = match own {
                Some(file) => file,
                None => own.insert(File::open(&movie.path)?),
            };
            let page = movie.first + (first + index as u64) * movie.step;
            match movie.axes {
                Axes::RowsColumns => decode(movie, file, page, frame),
                Axes::WidthHeight => {
                    scratch.resize(pixels, W::zeroed());
                    decode(movie, file, page, scratch)?;
                    transpose(scratch, movie.format.width as usize, frame);
                    Ok(())
                }
            }
        },
    )?;
    Ok(Bytes::from_vec(samples))
}

/// Decodes one page, row by row.
fn decode<W: Pod>(movie: &TiffMovie, mut file: &File, page: u64, samples: &mut [W]) -> Result<()> {
    match &movie.source {
        Frames::Run { header, offset, .. } => {
            let io = |error| in_page(page, tiff::TiffError::IoError(error));
            file.seek(SeekFrom::Start(offset + page * movie.format.bytes())).map_err(io)?;
            let bytes = bytemuck::cast_slice_mut::<W, u8>(samples);
            file.read_exact(bytes).map_err(io)?;
            if header.order != ByteOrder::NATIVE {
                bytes.chunks_exact_mut(size_of::<W>()).for_each(<[u8]>::reverse);
            }
            Ok(())
        }
        Frames::Pages { header, pages } => {
            let place = usize::try_from(page)
                .ok()
                .and_then(|index| pages.get(index))
                .ok_or_else(|| Error::new(ErrorKind::Invalid, "there is no such page").found(page.to_string()))?;
            let at = |error| in_page(page, error);
            let mut patches = vec![header.first_page_at(place.ifd)];
            patches.extend(place.patch.clone());
            let reader = Patched::new(file, patches).map_err(|error| at(error.into()))?;
            let mut decoder =
                Decoder::new(BufReader::new(reader)).map_err(at)?.with_limits(limits(movie.format.bytes()));
            let bytes = bytemuck::cast_slice_mut::<W, u8>(samples);
            let layout = decoder.image_buffer_layout().map_err(at)?;
            if layout.complete_len != bytes.len() {
                return Err(Error::new(ErrorKind::Conflict, "the file was changed since it was opened")
                    .at(format!("page {page}"))
                    .expected(format!("{} bytes of pixels", bytes.len()))
                    .found(layout.complete_len.to_string()));
            }
            decoder.read_image_bytes(bytes).map_err(at)
        }
    }
}
