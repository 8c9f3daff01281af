//! An object's header: a list of messages, in one or more pieces of the file.

use std::ops::Range;

use nwb_model::backend::Address;

use super::blocks::{Piece, Source};
use super::cursor::Cursor;
use super::{Declined, Known, lookup3, to_usize};

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind(u8);

impl Kind {
    pub(super) const NIL: Self = Self(0x00);
    pub(super) const SPACE: Self = Self(0x01);
    pub(super) const LINK_INFO: Self = Self(0x02);
    pub(super) const DATATYPE: Self = Self(0x03);
    pub(super) const OLD_FILL: Self = Self(0x04);
    pub(super) const FILL: Self = Self(0x05);
    pub(super) const LINK: Self = Self(0x06);
    pub(super) const LAYOUT: Self = Self(0x08);
    pub(super) const GROUP_INFO: Self = Self(0x0a);
    pub(super) const FILTERS: Self = Self(0x0b);
    pub(super) const ATTRIBUTE: Self = Self(0x0c);
    pub(super) const COMMENT: Self = Self(0x0d);
    pub(super) const CONTINUATION: Self = Self(0x10);
    pub(super) const SYMBOLS: Self = Self(0x11);
    pub(super) const TIME: Self = Self(0x12);
    pub(super) const ATTRIBUTE_INFO: Self = Self(0x15);
    pub(super) const REFERENCE_COUNT: Self = Self(0x16);
    pub(super) const FILE_SPACE: Self = Self(0x17);

    /// A bit for each. External storage and times of the oldest form are left to the library, and so is whatever came after this
    /// was written.
    const KNOWN: u32 = 1 << Self::NIL.0
        | 1 << Self::SPACE.0
        | 1 << Self::LINK_INFO.0
        | 1 << Self::DATATYPE.0
        | 1 << Self::OLD_FILL.0
        | 1 << Self::FILL.0
        | 1 << Self::LINK.0
        | 1 << Self::LAYOUT.0
        | 1 << Self::GROUP_INFO.0
        | 1 << Self::FILTERS.0
        | 1 << Self::ATTRIBUTE.0
        | 1 << Self::COMMENT.0
        | 1 << Self::CONTINUATION.0
        | 1 << Self::SYMBOLS.0
        | 1 << Self::TIME.0
        | 1 << Self::ATTRIBUTE_INFO.0
        | 1 << Self::REFERENCE_COUNT.0
        | 1 << Self::FILE_SPACE.0;

    /// A bit for each that may be shared with other objects.
    const SHAREABLE: u32 = 1 << Self::SPACE.0
        | 1 << Self::DATATYPE.0
        | 1 << Self::OLD_FILL.0
        | 1 << Self::FILL.0
        | 1 << Self::FILTERS.0
        | 1 << Self::ATTRIBUTE.0;

    fn is_of(self, kinds: u32) -> bool {
        self.0 < 32 && kinds >> self.0 & 1 == 1
    }
}

/// The message is not here, but shared with others somewhere else.
const SHARED: u8 = 0x02;

/// The message is not to be shared, or may be.
const UNSHARED: u8 = 0x04;
const SHAREABLE: u8 = 0x40;

/// Flags that a message of a known kind may have.
const FLAGS: u8 = 0x01 | SHARED | UNSHARED | 0x10 | SHAREABLE;

/// Bytes and messages that a header may have, over all its pieces.
const MOST_BYTES: usize = 64 << 20;
const MOST_MESSAGES: usize = 1 << 16;

/// The bytes of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message<'a> {
    pub(super) kind: Kind,
    pub(super) body: &'a [u8],
    shared: bool,
}

impl<'a> Message<'a> {
    /// The body of a message that is not shared.
    pub(super) fn own(self) -> Known<&'a [u8]> {
        if self.shared { Err(Declined("a shared message")) } else { Ok(self.body) }
    }

    /// The body, or where the object is whose message it is.
    pub(super) fn own_or_shared(self) -> Known<Result<&'a [u8], Address>> {
        if self.shared { shared_at(self.body).map(Err) } else { Ok(Ok(self.body)) }
    }
}

/// Where the object is that a message is shared from.
pub(super) fn shared_at(body: &[u8]) -> Known<Address> {
    const IN_ANOTHER_HEADER: u8 = 2;
    let mut cursor = Cursor::new(body);
    match (cursor.u8()?, cursor.u8()?) {
        (2 | 3, IN_ANOTHER_HEADER) => cursor.u64().map(Address),
        _ => Err(Declined("a message that is shared in an unusual way")),
    }
}

/// What kind of object a header is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// With a table of symbols.
    OldGroup,
    /// With links in messages or dense storage.
    NewGroup,
    Dataset,
    Datatype,
}

/// A header.
#[derive(Debug)]
pub(super) struct Header {
    pieces: Vec<Piece>,
    messages: Vec<Place>,
    bytes: usize,
}

#[derive(Debug)]
struct Place {
    kind: Kind,
    flags: u8,
    piece: usize,
    range: Range<usize>,
}

impl Header {
    pub(super) fn read(source: &mut Source<'_>, address: Address) -> Known<Self> {
        let address = address.non_null().ok_or(Declined("an object that is nowhere"))?;
        let head = source.up_to(address, 16)?;
        let mut header = Self { pieces: Vec::with_capacity(2), messages: Vec::with_capacity(16), bytes: 0 };
        if head.starts_with(b"OHDR") {
            header.read_new(source, address)?;
        } else {
            header.read_old(source, address, &head)?;
        }
        Ok(header)
    }

    fn read_old(&mut self, source: &mut Source<'_>, address: Address, head: &[u8]) -> Known<()> {
        let mut cursor = Cursor::new(head);
        cursor.require(&[1, 0])?;
        let (count, _references, len) = (cursor.u16()?, cursor.u32()?, cursor.u32()?);
        let mut open = vec![(Address(address.0.saturating_add(16)), u64::from(len))];
        while let Some((at, len)) = open.pop() {
            let piece = source.piece(at, to_usize(len)?)?;
            let mut start = 0;
            while start < piece.len() {
                let mut cursor = Cursor::new(piece.get(start..).unwrap_or_default());
                let (kind, size, flags) = (cursor.u16()?, usize::from(cursor.u16()?), cursor.u8()?);
                cursor.skip(3)?;
                let body = cursor.take(size)?;
                if !size.is_multiple_of(8) {
                    return Err(Declined("a message that is not aligned"));
                }
                let kind = Kind(u8::try_from(kind).map_err(|_| Declined("a message of an unknown kind"))?);
                if kind == Kind::CONTINUATION {
                    open.push(continuation(body)?);
                }
                if kind == Kind::REFERENCE_COUNT {
                    return Err(Declined("a message that headers of the old form do not have"));
                }
                check(kind, flags, body)?;
                self.add(kind, flags, start + 8..start + 8 + size)?;
                start += 8 + size;
            }
            self.add_piece(piece)?;
        }
        if self.messages.len() == usize::from(count) {
            Ok(())
        } else {
            Err(Declined("a header with another number of messages than it says"))
        }
    }

    fn read_new(&mut self, source: &mut Source<'_>, address: Address) -> Known<()> {
        // Signature, version, flags; four times, two limits; the length of the first piece.
        let head = source.up_to(address, 6 + 16 + 4 + 8)?;
        let mut cursor = Cursor::new(&head);
        cursor.require(b"OHDR\x02")?;
        let flags = cursor.u8()?;
        if flags & 0xc0 != 0 {
            return Err(Declined("a header with unknown flags"));
        }
        cursor.skip(if flags & 0x20 == 0 { 0 } else { 16 })?;
        // More attributes than that go elsewhere, fewer than that come back.
        if flags & 0x10 != 0 && cursor.u16()? < cursor.u16()? {
            return Err(Declined("a header with limits that contradict each other"));
        }
        let first = cursor.number(1 << (flags & 3))?;
        let prefix = head.len() - cursor.rest().len();
        let numbered = flags & 4 != 0;
        let len = to_usize(first)?.checked_add(prefix + 4).ok_or(Declined("a header is too long"))?;
        let mut open = vec![(address, len, prefix)];
        while let Some((at, len, prefix)) = open.pop() {
            let piece = source.piece(at, len)?;
            let content = len.checked_sub(4).filter(|&end| end >= prefix).ok_or(Declined("a header is too short"))?;
            let (covered, stored) = piece.split_at_checked(content).ok_or(Declined("a header is too short"))?;
            if Cursor::new(stored).u32()? != lookup3::checksum(covered) {
                return Err(Declined("a header has a wrong checksum"));
            }
            if at != address && !covered.starts_with(b"OCHK") {
                return Err(Declined("a header goes on where none is"));
            }
            let prelude = if numbered { 6 } else { 4 };
            let (mut start, mut is_filled) = (prefix, true);
            while content - start >= prelude {
                let mut cursor = Cursor::new(covered.get(start..).unwrap_or_default());
                let (kind, size, flags) = (Kind(cursor.u8()?), usize::from(cursor.u16()?), cursor.u8()?);
                cursor.skip(prelude - 4)?;
                let body = cursor.take(size)?;
                if kind == Kind::CONTINUATION {
                    let (at, len) = continuation(body)?;
                    open.push((at, to_usize(len)?, 4));
                }
                is_filled &= kind != Kind::NIL;
                check(kind, flags, body)?;
                start += prelude;
                self.add(kind, flags, start..start + size)?;
                start += size;
            }
            // What is too short for a message is a gap, behind others and only where there is no other room.
            if start != content && (start == prefix || !is_filled) {
                return Err(Declined("a header with a gap that does not belong there"));
            }
            self.add_piece(piece)?;
        }
        Ok(())
    }

    /// Adds a message of the piece that is to be added next.
    fn add(&mut self, kind: Kind, flags: u8, range: Range<usize>) -> Known<()> {
        self.messages.push(Place { kind, flags, piece: self.pieces.len(), range });
        if self.messages.len() > MOST_MESSAGES { Err(Declined("a header of very many messages")) } else { Ok(()) }
    }

    fn add_piece(&mut self, piece: Piece) -> Known<()> {
        self.bytes += piece.len().max(1 << 10);
        self.pieces.push(piece);
        if self.bytes > MOST_BYTES { Err(Declined("a header is very long")) } else { Ok(()) }
    }

    pub(super) fn messages(&self) -> impl Iterator<Item = Message<'_>> {
        self.messages.iter().map(|place| {
            let body = self.pieces.get(place.piece).and_then(|piece| piece.get(place.range.clone()));
            Message { kind: place.kind, body: body.unwrap_or_default(), shared: place.flags & SHARED != 0 }
        })
    }

    /// Bytes that it took to read.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The one message of a kind, if there is one.
    pub(super) fn find(&self, kind: Kind) -> Known<Option<Message<'_>>> {
        let mut found = self.messages().filter(|message| message.kind == kind);
        match (found.next(), found.next()) {
            (one, None) => Ok(one),
            _ => Err(Declined("two messages where one belongs")),
        }
    }

    /// The one message of a kind, which has to be there and not be shared.
    pub(super) fn own(&self, kind: Kind) -> Known<&[u8]> {
        self.find(kind)?.ok_or(Declined("a message is missing"))?.own()
    }

    /// What kind of object it is, by what it holds.
    pub(super) fn class(&self) -> Known<Class> {
        let has = |kind| self.messages.iter().any(|place| place.kind == kind);
        let (old, new) = (has(Kind::SYMBOLS), has(Kind::LINK_INFO));
        match (old, new, has(Kind::DATATYPE), has(Kind::SPACE)) {
            (true, false, false, false) => Ok(Class::OldGroup),
            (false, true, false, false) => Ok(Class::NewGroup),
            (false, false, true, true) => Ok(Class::Dataset),
            (false, false, true, false) => Ok(Class::Datatype),
            _ => Err(Declined("an object that is nothing or more than one thing")),
        }
    }
}

/// The library looks at each message when it reads a header, and refuses all of it for one that is wrong.
fn check(kind: Kind, flags: u8, body: &[u8]) -> Known<()> {
    if !kind.is_of(Kind::KNOWN) || flags & !FLAGS != 0 {
        return Err(Declined("a message of an unknown kind"));
    }
    let is_shared_wrongly = flags & (SHARED | SHAREABLE) != 0 && !kind.is_of(Kind::SHAREABLE);
    if is_shared_wrongly || flags & (SHARED | UNSHARED) == SHARED | UNSHARED {
        return Err(Declined("a message that cannot be shared as it says"));
    }
    // A version, and for a time three more bytes; a number of four.
    match kind {
        Kind::TIME => Cursor::new(body).require(&[1]).and_then(|()| Cursor::new(body).skip(8)),
        Kind::REFERENCE_COUNT => Cursor::new(body).require(&[0]).and_then(|()| Cursor::new(body).skip(5)),
        _ => Ok(()),
    }
}

fn continuation(body: &[u8]) -> Known<(Address, u64)> {
    let mut cursor = Cursor::new(body);
    let (at, len) = (Address(cursor.u64()?), cursor.u64()?);
    if len == 0 { Err(Declined("a header that goes on with nothing")) } else { Ok((at, len)) }
}
