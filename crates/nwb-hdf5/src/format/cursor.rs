//! Bytes that are read from front to back.

use super::{Declined, Known, to_usize};

/// What is left of some bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
}

const SHORT: Declined = Declined("something is shorter than it has to be");

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) fn take(&mut self, len: usize) -> Known<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(SHORT)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn skip(&mut self, len: usize) -> Known<()> {
        self.take(len).map(drop)
    }

    fn array<const N: usize>(&mut self) -> Known<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(SHORT)?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(super) fn u8(&mut self) -> Known<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Known<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Known<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Known<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// A number of so many bytes, at most eight.
    pub(super) fn number(&mut self, bytes: usize) -> Known<u64> {
        if bytes > 8 {
            return Err(Declined("a number has more than eight bytes"));
        }
        Ok(self.take(bytes)?.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    /// A length in memory, stored in eight bytes.
    pub(super) fn length(&mut self) -> Known<usize> {
        to_usize(self.u64()?)
    }

    /// The next bytes have to be these.
    pub(super) fn require(&mut self, bytes: &[u8]) -> Known<()> {
        if self.take(bytes.len())? == bytes { Ok(()) } else { Err(Declined("a signature or version is not known")) }
    }

    /// A text that ends with a null, which is taken too.
    pub(super) fn text(&mut self) -> Known<&'a [u8]> {
        let len = self.rest.iter().position(|&byte| byte == 0).ok_or(Declined("a text has no end"))?;
        let text = self.take(len)?;
        self.skip(1)?;
        Ok(text)
    }

    /// As [`text`](Self::text), in a place that is a multiple of eight bytes long.
    pub(super) fn padded_text(&mut self) -> Known<&'a [u8]> {
        let text = self.text()?;
        let used = text.len() + 1;
        self.skip(used.next_multiple_of(8) - used)?;
        Ok(text)
    }
}
