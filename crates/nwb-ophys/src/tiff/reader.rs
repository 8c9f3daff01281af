//! Reading a TIFF file as if it began at another page.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use nwb_model::dtype::ByteOrder;

use crate::{Error, ErrorKind, Result};

/// What the first bytes of a TIFF file say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Of every number in the file.
    pub(super) order: ByteOrder,
    /// Whether offsets take 64 bits.
    pub(super) big: bool,
}

impl Header {
    pub(super) fn read(mut file: &File) -> Result<Self> {
        file.seek(SeekFrom::Start(0))?;
        let mut bytes = [0; 4];
        let no_tiff = || {
            Error::new(ErrorKind::Malformed, "that is no TIFF file")
                .expected("a file that begins with II*, MM*, II+ or MM+")
        };
        file.read_exact(&mut bytes).map_err(|error| no_tiff().caused_by(error))?;
        match &bytes {
            b"II*\0" => Ok(Self { order: ByteOrder::Little, big: false }),
            b"MM\0*" => Ok(Self { order: ByteOrder::Big, big: false }),
            b"II+\0" => Ok(Self { order: ByteOrder::Little, big: true }),
            b"MM\0+" => Ok(Self { order: ByteOrder::Big, big: true }),
            _ => Err(no_tiff().found(format!("{:?}", bytes.escape_ascii().to_string()))),
        }
    }

    fn bytes(self, value: u64, size: usize) -> Vec<u8> {
        match self.order {
            ByteOrder::Little => value.to_le_bytes().into_iter().take(size).collect(),
            ByteOrder::Big => value.to_be_bytes().into_iter().skip(8 - size.min(8)).collect(),
        }
    }

    fn number(self, bytes: &[u8]) -> u64 {
        let push = |number: u64, byte: &u8| (number << 8) | u64::from(*byte);
        match self.order {
            ByteOrder::Little => bytes.iter().rev().fold(0, push),
            ByteOrder::Big => bytes.iter().fold(0, push),
        }
    }

    /// The patch that makes the directory at this offset the first one.
    pub(super) fn first_page_at(self, ifd: u64) -> Patch {
        let (at, size) = if self.big { (8, 8) } else { (4, 4) };
        Patch { at, bytes: self.bytes(ifd, size) }
    }

    /// The patch that makes a page's zero black, so that a decoder neither inverts its samples nor looks for a palette.
    pub(super) fn black_is_zero(self, mut file: &File, ifd: u64) -> io::Result<Option<Patch>> {
        const PHOTOMETRIC_INTERPRETATION: u64 = 262;
        let (count_size, entry_size, value_at) = if self.big { (8, 20, 12) } else { (2, 12, 8) };
        file.seek(SeekFrom::Start(ifd))?;
        let mut count = vec![0; count_size];
        file.read_exact(&mut count)?;
        let mut at = ifd + count_size as u64;
        let mut entry = vec![0; entry_size];
        for _ in 0..self.number(&count).min(u64::from(u16::MAX)) {
            file.read_exact(&mut entry)?;
            if self.number(entry.get(..2).unwrap_or_default()) == PHOTOMETRIC_INTERPRETATION {
                return Ok(Some(Patch { at: at + value_at, bytes: self.bytes(1, 2) }));
            }
            at += entry_size as u64;
        }
        Ok(None)
    }
}

/// Bytes that a file seems to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Patch {
    at: u64,
    bytes: Vec<u8>,
}

/// A file with patches.
#[derive(Debug)]
pub(super) struct Patched<'a> {
    file: &'a File,
    at: u64,
    patches: Vec<Patch>,
}

impl<'a> Patched<'a> {
    pub(super) fn new(mut file: &'a File, patches: Vec<Patch>) -> io::Result<Self> {
        let at = file.seek(SeekFrom::Start(0))?;
        Ok(Self { file, at, patches })
    }
}

impl Read for Patched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        let end = self.at + read as u64;
        for patch in &self.patches {
            for (place, &byte) in (patch.at..).zip(&patch.bytes) {
                if (self.at..end).contains(&place)
                    && let Some(into) = buffer.get_mut((place - self.at) as usize)
                {
                    *into = byte;
                }
            }
        }
        self.at = end;
        Ok(read)
    }
}

impl Seek for Patched<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}
