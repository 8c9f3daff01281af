//! The bytes of a file, and places in them that are changed with purpose: checksums are made right again.

use super::lookup3;

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind(u16);

impl Kind {
    pub(super) const NIL: Self = Self(0x00);
    pub(super) const SPACE: Self = Self(0x01);
    pub(super) const DATATYPE: Self = Self(0x03);
    pub(super) const LAYOUT: Self = Self(0x08);
    pub(super) const FILTERS: Self = Self(0x0b);
    pub(super) const CONTINUATION: Self = Self(0x10);
    pub(super) const SYMBOLS: Self = Self(0x11);
    pub(super) const TIME: Self = Self(0x12);
}

/// The bytes of a file.
#[derive(Debug)]
pub(super) struct Bytes {
    all: Vec<u8>,
    /// Where the object is that is looked at.
    object: usize,
    /// What has a checksum: where it begins, where its checksum is, where it ends.
    checked: Vec<(usize, usize, usize)>,
}

/// A message of the object.
pub(super) struct Message<'a> {
    bytes: &'a mut Bytes,
    start: usize,
    body: usize,
    len: usize,
}

impl Message<'_> {
    pub(super) fn flags(self, flags: u8) {
        let at = if self.bytes.is_new() { self.start + 3 } else { self.start + 4 };
        self.bytes.all[at] |= flags;
    }

    pub(super) fn kind(self, kind: u8) {
        self.bytes.all[self.start] = kind;
    }

    pub(super) fn body(self, at: usize, with: &[u8]) {
        assert!(at + with.len() <= self.len);
        self.bytes.put(self.body + at, with);
    }
}

impl Bytes {
    pub(super) fn new(all: Vec<u8>, object: usize) -> Self {
        let checked = checked(&all);
        Self { all, object, checked }
    }

    /// All of them, with checksums that are right.
    pub(super) fn all(&mut self) -> Vec<u8> {
        for &(start, at, end) in &self.checked {
            let sum = checksum(&self.all, start, at, end);
            self.all[at..at + 4].copy_from_slice(&sum.to_le_bytes());
        }
        self.all.clone()
    }

    pub(super) fn put(&mut self, at: usize, with: &[u8]) {
        self.all[at..at + with.len()].copy_from_slice(with);
    }

    /// Every place where these bytes are.
    pub(super) fn replace(&mut self, old: &[u8], new: &[u8]) {
        let places: Vec<usize> =
            (0..=self.all.len() - old.len()).filter(|&at| self.all[at..].starts_with(old)).collect();
        places.iter().for_each(|&at| self.put(at, new));
    }

    fn number(&self, at: usize, len: usize) -> usize {
        self.all[at..at + len].iter().rev().fold(0, |number, &byte| number << 8 | usize::from(byte))
    }

    fn is_new(&self) -> bool {
        self.all[self.object..].starts_with(b"OHDR")
    }

    /// The messages of the object: kind, beginning, body, length.
    fn messages(&self) -> Vec<(Kind, usize, usize, usize)> {
        let (mut found, mut open) = (Vec::new(), Vec::new());
        let prelude = if self.is_new() {
            let flags = self.all[self.object + 5];
            let start = self.object + 6 + usize::from(flags >> 5 & 1) * 16 + usize::from(flags >> 4 & 1) * 4;
            let width = 1 << (flags & 3);
            open.push((start + width, self.number(start, width)));
            4 + usize::from(flags >> 2 & 1) * 2
        } else {
            open.push((self.object + 16, self.number(self.object + 8, 4)));
            8
        };
        while let Some((mut at, len)) = open.pop() {
            let end = at + len;
            while end - at >= prelude {
                let width = if self.is_new() { 1 } else { 2 };
                let (kind, len) = (Kind(self.number(at, width) as u16), self.number(at + width, 2));
                let body = at + prelude;
                if kind == Kind::CONTINUATION {
                    let (to, len) = (self.number(body, 8), self.number(body + 8, 8));
                    open.push(if self.is_new() { (to + 4, len - 8) } else { (to, len) });
                }
                found.push((kind, at, body, len));
                at = body + len;
            }
        }
        found
    }

    pub(super) fn message(&mut self, kind: Kind) -> Message<'_> {
        let (_, start, body, len) = self.messages().into_iter().find(|(found, ..)| *found == kind).expect("no message");
        Message { bytes: self, start, body, len }
    }

    /// Moves the end of the file that the superblock of the old form names.
    pub(super) fn set_end(&mut self, by: i64) {
        let end = self.number(40, 8) as u64;
        self.put(40, &end.saturating_add_signed(by).to_le_bytes());
    }

    /// Sets where the chunks of a child of the root begin, in a dataset of one axis.
    pub(super) fn chunk_key(&mut self, number: usize, start: u64) {
        let body = self.message(Kind::LAYOUT).body;
        let node = self.number(body + 3, 8);
        let key = 8 + 2 * 8;
        self.put(node + 24 + number * (key + 8) + 8, &start.to_le_bytes());
    }

    /// Sets the only parameter of a filter.
    pub(super) fn filter_parameter(&mut self, id: usize, parameter: u32) {
        let (_, _, body, len) = self.messages().into_iter().find(|(kind, ..)| *kind == Kind::FILTERS).unwrap();
        let is_it =
            |at: &usize| self.number(*at, 2) == id && self.number(*at + 2, 2) == 8 && self.number(*at + 6, 2) == 1;
        let at = (body + 8..body + len).step_by(8).find(is_it).unwrap();
        self.put(at + 16, &parameter.to_le_bytes());
    }

    /// Makes the last key of the tree of an old group the empty name.
    pub(super) fn forget_last_name(&mut self) {
        let body = self.message(Kind::SYMBOLS).body;
        let node = self.number(body, 8);
        let count = self.number(node + 6, 2);
        self.put(node + 24 + 16 * count, &[0; 8]);
    }

    /// Makes the first free block among the names of an old group the next one too.
    pub(super) fn turn_free_names_round(&mut self) {
        let body = self.message(Kind::SYMBOLS).body;
        let heap = self.number(body + 8, 8);
        let (free, content) = (self.number(heap + 16, 8), self.number(heap + 24, 8));
        self.put(content + free, &(free as u64).to_le_bytes());
    }

    /// Changes the first entry of the heap of texts.
    pub(super) fn heap(&mut self, at: usize, number: u64) {
        let heap = self.find(b"GCOL") + 16;
        self.put(heap + at, &number.to_le_bytes());
    }

    /// Changes the length of what is free in the heap of texts.
    pub(super) fn free_room(&mut self, len: u64) {
        let heap = self.find(b"GCOL");
        let mut at = heap + 16;
        while self.number(at, 2) != 0 {
            at += 16 + self.number(at + 8, 8).next_multiple_of(8);
        }
        assert!(at < heap + 4096);
        self.put(at + 8, &len.to_le_bytes());
    }

    /// Makes an element of no bytes be in a heap where none is.
    pub(super) fn lose_empty_text(&mut self) {
        let heap = self.find(b"GCOL");
        let mut element = 0u32.to_le_bytes().to_vec();
        element.extend((heap as u64).to_le_bytes());
        let at = self.find(&element);
        self.put(at + 12, &[99]);
    }

    /// Makes a message of nothing shorter by two bytes, at the end of its header.
    pub(super) fn open_gap(&mut self) {
        let messages = self.messages();
        let (_, start, _, len) = *messages.iter().find(|(kind, ..)| *kind == Kind::NIL).expect("nothing");
        self.put(start + 1, &(len as u16 - 2).to_le_bytes());
    }

    /// Changes what comes so far behind the first of these bytes.
    pub(super) fn behind(&mut self, signature: &[u8], at: usize, with: &[u8]) {
        let start = self.find(signature);
        self.put(start + at, with);
    }

    fn find(&self, bytes: &[u8]) -> usize {
        self.all.windows(bytes.len()).position(|found| found == bytes).expect("not there")
    }
}

fn checksum(bytes: &[u8], start: usize, at: usize, end: usize) -> u32 {
    let mut covered = bytes[start..end].to_vec();
    if at < end {
        covered[at - start..at - start + 4].fill(0);
    }
    lookup3::checksum(&covered)
}

/// What has a checksum that is right, of all that looks so.
fn checked(bytes: &[u8]) -> Vec<(usize, usize, usize)> {
    let mut found = Vec::new();
    let is_right = |start: usize, at: usize, end: usize| {
        let stored = bytes.get(at..at + 4).map(|sum| u32::from_le_bytes(sum.try_into().unwrap()));
        end <= bytes.len() && stored == Some(checksum(bytes, start, at, end))
    };
    for start in 0..bytes.len().saturating_sub(4) {
        let places: Vec<(usize, usize)> = match &bytes[start..start + 4] {
            b"FHDB" => {
                (9..17).flat_map(|width| (9..17).map(move |bits| (start + 9 + width, start + (1 << bits)))).collect()
            }
            b"OHDR" | b"OCHK" | b"FRHP" | b"FHIB" | b"BTHD" | b"BTLF" | b"BTIN" => {
                (6..2500).map(|len| (start + len, start + len)).collect()
            }
            _ => continue,
        };
        found.extend(places.into_iter().find(|&(at, end)| is_right(start, at, end)).map(|(at, end)| (start, at, end)));
    }
    found
}
