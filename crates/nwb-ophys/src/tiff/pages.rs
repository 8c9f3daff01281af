//! The first pass over a TIFF file: where its pages are, and whether they make a movie.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use nwb_model::dtype::Number;
use tiff::decoder::{Decoder, Limits};
use tiff::tags::Tag;
use tiff::{TiffError, TiffResult};

use super::Format;
use super::image_j::Hyperstack;
use super::reader::{Header, Patch};
use crate::{Error, ErrorKind, Result};

/// Where the frames are.
#[derive(Clone, Debug)]
pub(super) enum Frames {
    /// Each in its page.
    Pages { header: Header, pages: Arc<[Page]> },
    /// One after the other without compression, from an offset on: ImageJ writes large stacks so.
    Run { header: Header, offset: u64, count: u64 },
}

impl Frames {
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Pages { pages, .. } => pages.len() as u64,
            Self::Run { count, .. } => *count,
        }
    }
}

/// How to get at a page.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// Offset of its directory.
    pub(super) ifd: u64,
    /// What keeps the decoder from changing the samples.
    pub(super) patch: Option<Patch>,
}

/// What the first pass finds.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) format: Format,
    pub(super) frames: Frames,
    pub(super) hyperstack: Option<Hyperstack>,
    pub(super) description: Option<String>,
}

/// An error about a page.
pub(super) fn in_page(page: u64, error: TiffError) -> Error {
    let kind = match &error {
        TiffError::IoError(io) if io.kind() != std::io::ErrorKind::UnexpectedEof => ErrorKind::Io,
        TiffError::UnsupportedError(_) => ErrorKind::Unsupported,
        TiffError::LimitsExceeded => ErrorKind::Limit,
        _ => ErrorKind::Malformed,
    };
    let message = match &error {
        TiffError::IoError(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => "the file ends within the page",
        TiffError::UnsupportedError(_) => "the page is of a kind that is not supported",
        _ => "the page cannot be read",
    };
    Error::new(kind, message).at(format!("page {page}")).caused_by(error)
}

/// Limits for a decoder of frames of this size.
pub(super) fn limits(frame_bytes: u64) -> Limits {
    let mut limits = Limits::default();
    let bytes = usize::try_from(frame_bytes).unwrap_or(usize::MAX);
    limits.decoding_buffer_size = limits.decoding_buffer_size.max(bytes);
    limits.intermediate_buffer_size = limits.intermediate_buffer_size.max(bytes);
    limits.ifd_value_size = 64 << 20;
    limits
}

pub(super) fn scan(file: &File, max_frame_bytes: u64) -> Result<Scan> {
    let header = Header::read(file)?;
    let file_len = file.metadata()?.len();
    let mut at_start = file;
    at_start.seek(SeekFrom::Start(0))?;
    let mut decoder =
        Decoder::new(BufReader::new(file)).map_err(|error| in_page(0, error))?.with_limits(limits(max_frame_bytes));
    let mut first: Option<Format> = None;
    let mut pages = Vec::new();
    let mut description = None;
    let mut run = None;
    loop {
        let index = pages.len() as u64;
        let page = Headers::read(&mut decoder).map_err(|error| in_page(index, error))?;
        let at = |error: Error| error.at(format!("page {index}"));
        let format = page.format().map_err(at)?;
        match first {
            None => {
                if format.bytes() > max_frame_bytes {
                    return Err(at(Error::new(ErrorKind::Limit, "the frames are larger than is believed")
                        .expected(format!("at most {max_frame_bytes} bytes"))
                        .found(format!("{format}, {} bytes", format.bytes()))
                        .remedy("if the file is sound, raise TiffOptions::max_frame_bytes")));
                }
                description = page_description(&mut decoder);
                run = page.run(format);
                first = Some(format);
            }
            Some(expected) if expected != format => {
                return Err(at(Error::new(ErrorKind::Malformed, "the page differs from the first one")
                    .expected(expected.to_string())
                    .found(format.to_string())
                    .remedy("a movie's pages are all alike; thumbnails and pyramids have to be taken out")));
            }
            Some(_) => {}
        }
        page.check_length(format, file_len).map_err(at)?;
        let ifd = decoder.ifd_pointer().map_or(0, |pointer| pointer.0);
        pages.push((ifd, page.photometric));
        if !decoder.more_images() {
            break;
        }
        decoder.next_image().map_err(|error| in_page(index + 1, error))?;
    }
    drop(decoder);
    let format = first.ok_or_else(|| Error::new(ErrorKind::Malformed, "the TIFF file has no page"))?;
    let hyperstack = description.as_deref().and_then(Hyperstack::parse);
    let frames = match hyperstack {
        Some(stack) if pages.len() == 1 && stack.images > 1 => {
            one_header(header, format, stack, run.as_ref().copied(), file_len)?
        }
        _ => {
            let pages = pages
                .into_iter()
                .enumerate()
                .map(|(index, (ifd, photometric))| {
                    let patch = match photometric {
                        1 => None,
                        _ => header
                            .black_is_zero(file, ifd)
                            .map_err(|error| in_page(index as u64, TiffError::IoError(error)))?,
                    };
                    Ok(Page { ifd, patch })
                })
                .collect::<Result<_>>()?;
            Frames::Pages { header, pages }
        }
    };
    Ok(Scan { format, frames, hyperstack, description })
}

/// The frames of a stack of which only the first has a header.
fn one_header(header: Header, format: Format, stack: Hyperstack, run: Option<u64>, file_len: u64) -> Result<Frames> {
    let offset = run.ok_or_else(|| {
        Error::new(
            ErrorKind::Unsupported,
            "ImageJ says that there are more images than pages, but they do not follow each other",
        )
        .expected("uncompressed images in one run")
        .found(format!("{} images, 1 page", stack.images))
        .remedy("save the stack as uncompressed TIFF or as BigTIFF")
    })?;
    let held = file_len.saturating_sub(offset) / format.bytes().max(1);
    if held < stack.images {
        return Err(Error::new(
            ErrorKind::Malformed,
            "the file ends before the last of the images that ImageJ announces",
        )
        .expected(format!("{} images of {format}", stack.images))
        .found(format!("{held} whole images"))
        .remedy("copy the file again; it was cut off"));
    }
    Ok(Frames::Run { header, offset, count: stack.images })
}

/// A description is text for people: if it cannot be read, the movie still can.
fn page_description<R: Read + Seek>(decoder: &mut Decoder<R>) -> Option<String> {
    match decoder.find_tag(Tag::ImageDescription) {
        Ok(Some(value)) => value.into_string().ok(),
        _ => None,
    }
}

/// The tags of a page that matter here.
#[derive(Debug)]
struct Headers {
    width: u32,
    height: u32,
    samples: u64,
    bits: Vec<u64>,
    sample_format: Vec<u64>,
    compression: u64,
    photometric: u64,
    offsets: Vec<u64>,
    counts: Vec<u64>,
    striped: bool,
}

impl Headers {
    fn read<R: Read + Seek>(decoder: &mut Decoder<R>) -> TiffResult<Self> {
        let (width, height) = decoder.dimensions()?;
        let one = |decoder: &mut Decoder<R>, tag, default| {
            TiffResult::<u64>::Ok(decoder.find_tag_unsigned(tag)?.unwrap_or(default))
        };
        let many = |decoder: &mut Decoder<R>, tag| decoder.find_tag_unsigned_vec::<u64>(tag);
        let striped = many(decoder, Tag::StripOffsets)?;
        let (offsets, counts) = if striped.is_some() {
            (striped.clone(), many(decoder, Tag::StripByteCounts)?)
        } else {
            (many(decoder, Tag::TileOffsets)?, many(decoder, Tag::TileByteCounts)?)
        };
        Ok(Self {
            width,
            height,
            samples: one(decoder, Tag::SamplesPerPixel, 1)?,
            bits: many(decoder, Tag::BitsPerSample)?.unwrap_or_else(|| vec![1]),
            sample_format: many(decoder, Tag::SampleFormat)?.unwrap_or_else(|| vec![1]),
            compression: one(decoder, Tag::Compression, 1)?,
            photometric: one(decoder, Tag::PhotometricInterpretation, 1)?,
            offsets: offsets.unwrap_or_default(),
            counts: counts.unwrap_or_default(),
            striped: striped.is_some(),
        })
    }

    fn format(&self) -> Result<Format> {
        if self.samples != 1 {
            return Err(Error::new(ErrorKind::Unsupported, "the page has several samples per pixel, it is in colour")
                .expected("1 sample per pixel")
                .found(self.samples.to_string())
                .remedy("split the channels and save them as movies of their own"));
        }
        let number = match (self.sample_format.first(), self.bits.first()) {
            (Some(1 | 4), Some(8)) => Number::U8,
            (Some(1 | 4), Some(16)) => Number::U16,
            (Some(1 | 4), Some(32)) => Number::U32,
            (Some(1 | 4), Some(64)) => Number::U64,
            (Some(2), Some(8)) => Number::I8,
            (Some(2), Some(16)) => Number::I16,
            (Some(2), Some(32)) => Number::I32,
            (Some(2), Some(64)) => Number::I64,
            (Some(3), Some(16)) => Number::F16,
            (Some(3), Some(32)) => Number::F32,
            (Some(3), Some(64)) => Number::F64,
            _ => {
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    "the page's samples are of a type that is not supported",
                )
                .expected("integers of 8, 16, 32 or 64 bits or floats of 16, 32 or 64")
                .found(format!("sample format {:?} with {:?} bits", self.sample_format, self.bits)));
            }
        };
        Ok(Format { width: self.width, height: self.height, number })
    }

    /// The offset of the samples, if they lie in one run without compression.
    fn run(&self, format: Format) -> Option<u64> {
        let ends = self.offsets.iter().zip(&self.counts).map(|(offset, count)| offset.checked_add(*count));
        let in_a_row = ends.zip(self.offsets.iter().skip(1)).all(|(end, next)| end == Some(*next));
        let whole = self.counts.iter().try_fold(0u64, |sum, count| sum.checked_add(*count)) == Some(format.bytes());
        // ImageJ itself writes one strip; its length may be that of the whole stack, cut to 32 bits.
        let single = self.offsets.len() == 1;
        (self.striped && self.compression == 1 && (single || (in_a_row && whole)))
            .then(|| self.offsets.first().copied())
            .flatten()
    }

    /// Checks that the file is long enough for what the page says to be in it.
    fn check_length(&self, format: Format, file_len: u64) -> Result<()> {
        let cut_off = |needed: Option<u64>| {
            Error::new(ErrorKind::Malformed, "the file ends before the page's pixels do")
                .expected(needed.map_or("a sensible length".into(), |needed| format!("at least {needed} bytes")))
                .found(format!("{file_len} bytes"))
                .remedy("copy the file again; it was cut off")
        };
        if self.compression == 1 {
            // Lengths of uncompressed data follow from the page's size; some writers get the stored ones wrong.
            let needed = match self.offsets.as_slice() {
                [only] if self.striped => only.checked_add(format.bytes()),
                _ => Some(format.bytes()),
            };
            if needed.is_none_or(|needed| needed > file_len) {
                return Err(cut_off(needed));
            }
            if self.offsets.len() == 1 {
                return Ok(());
            }
        }
        for (offset, count) in self.offsets.iter().zip(&self.counts) {
            let needed = offset.checked_add(*count);
            if needed.is_none_or(|needed| needed > file_len) {
                return Err(cut_off(needed));
            }
        }
        Ok(())
    }
}
