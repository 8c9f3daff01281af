use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use ndarray::{Array3, Ix3};
use nwb_model::dtype::ByteOrder;
use nwb_model::element::Element;
use tempfile::TempDir;
use tiff::encoder::colortype::{self, ColorType};
use tiff::encoder::{Compression, TiffEncoder, TiffKind, TiffKindBig, TiffKindStandard, TiffValue};
use tiff::tags::Tag;

use super::*;

const ROWS: u32 = 7;
const COLUMNS: u32 = 45;

/// What row r, column c of page t holds: different everywhere, and it fits into 16 bits.
fn sample(t: usize, r: usize, c: usize) -> u16 {
    (t * 1000 + r * 100 + c) as u16
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn file(folder: &TempDir, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join("movie.tif");
    fs::write(&path, bytes).unwrap();
    path
}

/// A movie made by the encoder of the `tiff` crate.
fn encoded<C: ColorType, K: TiffKind>(
    pages: usize,
    compression: Compression,
    value: impl Fn(u16) -> C::Inner,
) -> Vec<u8>
where
    [C::Inner]: TiffValue,
{
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::<_, K>::new_generic(&mut bytes).unwrap().with_compression(compression);
    for t in 0..pages {
        let frame: Vec<C::Inner> =
            (0..ROWS as usize).flat_map(|r| (0..COLUMNS as usize).map(move |c| sample(t, r, c))).map(&value).collect();
        let mut image = encoder.new_image::<C>(COLUMNS, ROWS).unwrap();
        image.rows_per_strip(3).unwrap();
        image.write_data(&frame).unwrap();
    }
    bytes.into_inner()
}

/// Reads a movie of `sample`s in several runs and both orders of axes.
fn check<T: Element>(path: &Path, pages: usize, value: impl Fn(u16) -> T) {
    let (rows, columns) = (ROWS as usize, COLUMNS as usize);
    let movie = TiffMovie::open(path).unwrap();
    assert_eq!(movie.dtype(), T::dtype());
    assert_eq!(movie.shape(), [pages as u64, u64::from(COLUMNS), u64::from(ROWS)]);
    let expected = Array3::from_shape_fn((pages, columns, rows), |(t, c, r)| value(sample(t, r, c)));
    let all = movie.rows(0, pages as u64).unwrap().to_array::<T, Ix3>().unwrap();
    assert_eq!(all, expected);
    let last = movie.rows(pages as u64 - 1, 1).unwrap().to_vec::<T>().unwrap();
    assert!(last.iter().eq(expected.outer_iter().next_back().unwrap().iter()));
    assert!(movie.rows(1, pages as u64).unwrap_err().is_caller_fault());

    let movie = TiffOptions::new().axes(Axes::RowsColumns).open(path).unwrap();
    assert_eq!(movie.shape(), [pages as u64, u64::from(ROWS), u64::from(COLUMNS)]);
    let all = movie.rows(0, pages as u64).unwrap().to_array::<T, Ix3>().unwrap();
    assert_eq!(all, expected.permuted_axes([0, 2, 1]));
}

#[test]
fn every_sample_type_classic_and_big() {
    let folder = folder();
    macro_rules! each {
        ($($color:ident, $t:ty, $value:expr;)*) => {$(
            for compression in [Compression::Uncompressed, Compression::Lzw] {
                let value: fn(u16) -> $t = $value;
                check(&file(&folder, &encoded::<colortype::$color, TiffKindStandard>(4, compression, value)), 4, value);
                check(&file(&folder, &encoded::<colortype::$color, TiffKindBig>(4, compression, value)), 4, value);
            }
        )*};
    }
    each! {
        Gray8, u8, |v| v as u8;
        GrayI8, i8, |v| v as i8;
        Gray16, u16, |v| v;
        GrayI16, i16, |v| v as i16 - 500;
        Gray32, u32, |v| u32::from(v) << 12;
        GrayI32, i32, |v| -(i32::from(v) << 12);
        Gray64, u64, |v| u64::from(v) << 40;
        GrayI64, i64, |v| -(i64::from(v) << 40);
        Gray32Float, f32, |v| f32::from(v) / 3.0;
        Gray64Float, f64, |v| f64::from(v) / 3.0;
    }
}

#[test]
fn every_compression_that_the_encoder_has() {
    let folder = folder();
    for compression in [Compression::Deflate(tiff::encoder::DeflateLevel::Fast), Compression::Packbits] {
        check(&file(&folder, &encoded::<colortype::Gray16, TiffKindStandard>(3, compression, |v| v)), 3, |v| v);
    }
}

/// How the bytes of a hand-made file lie.
#[derive(Clone, Copy, Debug)]
struct Form {
    order: ByteOrder,
    big: bool,
    tile: Option<u32>,
    photometric: u16,
}

const PLAIN: Form = Form { order: ByteOrder::Little, big: false, tile: None, photometric: 1 };

impl Form {
    fn number(self, value: u64, size: usize) -> Vec<u8> {
        match self.order {
            ByteOrder::Little => value.to_le_bytes()[..size].to_vec(),
            ByteOrder::Big => value.to_be_bytes()[8 - size..].to_vec(),
        }
    }

    /// A whole file of uint16 frames, by the format's specification alone.
    fn write(self, frames: &[Vec<Vec<u16>>], description: &str) -> Vec<u8> {
        let wide = if self.big { 8 } else { 4 };
        let mut bytes = match self.order {
            ByteOrder::Little => b"II".to_vec(),
            ByteOrder::Big => b"MM".to_vec(),
        };
        bytes.extend(self.number(if self.big { 43 } else { 42 }, 2));
        if self.big {
            bytes.extend(self.number(8, 2));
            bytes.extend(self.number(0, 2));
        }
        let mut link = bytes.len();
        bytes.extend(self.number(0, wide));
        for frame in frames {
            let (rows, columns) = (frame.len(), frame[0].len());
            let tile = self.tile.map(|tile| tile as usize);
            let mut chunks = vec![];
            match tile {
                None => chunks.push(frame.concat()),
                Some(tile) => {
                    for r in (0..rows).step_by(tile) {
                        for c in (0..columns).step_by(tile) {
                            let at = |i: usize, j: usize| frame.get(r + i).and_then(|row| row.get(c + j));
                            chunks.push(
                                (0..tile * tile).map(|k| at(k / tile, k % tile).copied().unwrap_or(0xdead)).collect(),
                            );
                        }
                    }
                }
            }
            let mut offsets = vec![];
            let mut counts = vec![];
            for chunk in &chunks {
                offsets.push(bytes.len() as u64);
                counts.push(chunk.len() as u64 * 2);
                bytes.extend(chunk.iter().flat_map(|&v| self.number(v.into(), 2)));
            }
            let mut tags: Vec<(u16, u16, Vec<u64>)> = vec![
                (256, 4, vec![columns as u64]),
                (257, 4, vec![rows as u64]),
                (258, 3, vec![16]),
                (259, 3, vec![1]),
                (262, 3, vec![self.photometric.into()]),
            ];
            if !description.is_empty() {
                tags.push((270, 2, description.bytes().chain([0]).map(u64::from).collect()));
            }
            match self.tile {
                None => {
                    tags.extend([(273, 4, offsets), (277, 3, vec![1]), (278, 4, vec![rows as u64]), (279, 4, counts)])
                }
                Some(tile) => tags.extend([
                    (277, 3, vec![1]),
                    (322, 3, vec![tile.into()]),
                    (323, 3, vec![tile.into()]),
                    (324, 4, offsets),
                    (325, 4, counts),
                ]),
            }
            let mut entries = vec![];
            for (tag, kind, values) in &tags {
                let size = match kind {
                    2 => 1,
                    3 => 2,
                    _ => 4,
                };
                let mut value: Vec<u8> = values.iter().flat_map(|&v| self.number(v, size)).collect();
                if value.len() > wide {
                    let at = bytes.len() as u64;
                    bytes.extend(&value);
                    value = self.number(at, wide);
                }
                value.resize(wide, 0);
                entries.extend(self.number((*tag).into(), 2));
                entries.extend(self.number((*kind).into(), 2));
                entries.extend(self.number(values.len() as u64, wide));
                entries.extend(value);
            }
            let here = self.number(bytes.len() as u64, wide);
            bytes[link..link + wide].copy_from_slice(&here);
            bytes.extend(self.number(tags.len() as u64, if self.big { 8 } else { 2 }));
            bytes.extend(entries);
            link = bytes.len();
            bytes.extend(self.number(0, wide));
        }
        bytes
    }
}

fn frames(pages: usize) -> Vec<Vec<Vec<u16>>> {
    let row = |t, r| (0..COLUMNS as usize).map(|c| sample(t, r, c)).collect();
    (0..pages).map(|t| (0..ROWS as usize).map(|r| row(t, r)).collect()).collect()
}

#[test]
fn both_byte_orders_strips_and_tiles() {
    let folder = folder();
    for order in [ByteOrder::Little, ByteOrder::Big] {
        for big in [false, true] {
            for tile in [None, Some(16), Some(32)] {
                let form = Form { order, big, tile, ..PLAIN };
                check::<u16>(&file(&folder, &form.write(&frames(3), "")), 3, |v| v);
            }
        }
    }
}

#[test]
fn how_a_page_is_displayed_changes_no_sample() {
    let folder = folder();
    // 0: zero is white; 3: a palette.
    for photometric in [0, 3] {
        for big in [false, true] {
            for order in [ByteOrder::Little, ByteOrder::Big] {
                let form = Form { photometric, big, order, ..PLAIN };
                check::<u16>(&file(&folder, &form.write(&frames(2), "")), 2, |v| v);
            }
        }
    }
}

#[test]
fn large_stacks_of_image_j_have_one_header() {
    let folder = folder();
    for order in [ByteOrder::Big, ByteOrder::Little] {
        let form = Form { order, ..PLAIN };
        // All frames in one strip of which the header knows the first only.
        let text = "ImageJ=1.53t\nimages=5\nframes=5\n";
        let text_len = text.len() + 1;
        let mut bytes = form.write(&frames(1), text);
        let pixels = (ROWS * COLUMNS) as usize * 2;
        let rest: Vec<u8> = frames(5)[1..].iter().flatten().flatten().flat_map(|&v| form.number(v.into(), 2)).collect();
        // The pixels lie right after the eight bytes of the header; what follows them moves to the end.
        let directory = bytes.split_off(8 + pixels);
        bytes.extend(&rest);
        let shift = rest.len() as u64;
        let ifd = (8 + pixels + text_len) as u64;
        assert_eq!(form.number(ifd, 4), bytes[4..8]);
        bytes[4..8].copy_from_slice(&form.number(ifd + shift, 4));
        let text_entry = text_len + 2 + 5 * 12 + 8;
        let mut directory = directory;
        directory[text_entry..text_entry + 4].copy_from_slice(&form.number(8 + pixels as u64 + shift, 4));
        bytes.extend(&directory);
        check::<u16>(&file(&folder, &bytes), 5, |v| v);

        let form = Form { order, ..PLAIN };
        let short = form.write(&frames(1), "ImageJ=1.53t\nimages=9\nframes=9\n");
        let error = TiffMovie::open(file(&folder, &short)).unwrap_err();
        assert!(error.is_file_fault() && error.to_string().contains("expected 9 images"), "{error}");
    }
    let tiled = Form { tile: Some(16), ..PLAIN }.write(&frames(1), "ImageJ=1.53t\nimages=2\n");
    assert!(TiffMovie::open(file(&folder, &tiled)).unwrap_err().is_limit());
}

#[test]
fn channels_are_chosen_not_mixed() {
    let folder = folder();
    let path = file(&folder, &PLAIN.write(&frames(6), "ImageJ=1.53t\nimages=6\nchannels=2\nframes=3\n"));
    let error = TiffMovie::open(&path).unwrap_err();
    assert!(error.is_caller_fault() && error.to_string().contains("every(first, 2)"), "{error}");
    let movie = TiffOptions::new().every(1, 2).open(&path).unwrap();
    assert_eq!(movie.frames(), 3);
    let all = movie.rows(0, 3).unwrap().to_array::<u16, Ix3>().unwrap();
    assert_eq!(all.mapv(usize::from), Array3::from_shape_fn((3, 45, 7), |(t, c, r)| (2 * t + 1) * 1000 + r * 100 + c));
    assert_eq!(TiffOptions::new().every(4, 4).open(&path).unwrap().frames(), 1);
    assert!(TiffOptions::new().every(6, 1).open(&path).is_err());
    assert!(TiffOptions::new().every(0, 0).open(&path).is_err());
    assert_eq!(movie.hyperstack().unwrap().channels, 2);
    assert!(movie.description().unwrap().starts_with("ImageJ=1.53t"));
}

#[test]
fn pages_that_differ_are_refused() {
    let folder = folder();
    let mut pages = frames(3);
    pages[2].pop();
    let error = TiffMovie::open(file(&folder, &PLAIN.write(&pages, ""))).unwrap_err().to_string();
    for part in ["movie.tif: page 2:", "expected 7 rows x 45 columns of uint16", "found 6 rows x 45 columns"] {
        assert!(error.contains(part), "{error}");
    }
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    encoder.write_image::<colortype::Gray16>(2, 2, &[0; 4]).unwrap();
    encoder.write_image::<colortype::GrayI16>(2, 2, &[0; 4]).unwrap();
    let error = TiffMovie::open(file(&folder, &bytes.into_inner())).unwrap_err().to_string();
    assert!(error.contains("page 1") && error.contains("int16"), "{error}");
}

#[test]
fn colour_and_odd_depths_are_refused() {
    let folder = folder();
    let mut bytes = Cursor::new(Vec::new());
    TiffEncoder::new(&mut bytes).unwrap().write_image::<colortype::RGB8>(2, 2, &[0; 12]).unwrap();
    let error = TiffMovie::open(file(&folder, &bytes.into_inner())).unwrap_err();
    assert!(error.is_limit() && error.to_string().contains("3"), "{error}");

    let mut bits = PLAIN.write(&frames(1), "");
    let entry = bits.windows(4).position(|w| w == [2, 1, 3, 0]).unwrap();
    bits[entry + 8] = 12;
    let error = TiffMovie::open(file(&folder, &bits)).unwrap_err().to_string();
    assert!(error.contains("[12] bits"), "{error}");
}

#[test]
fn damage_is_an_error_that_names_the_page() {
    let folder = folder();
    let whole = PLAIN.write(&frames(4), "");
    let mut refused = 0;
    for len in 0..whole.len() {
        // Cut anywhere, a file is refused on opening, or gives an error, but never a panic or a wrong sample.
        match TiffMovie::open(file(&folder, &whole[..len])) {
            Ok(movie) => panic!("a file cut at {len} has {} frames", movie.frames()),
            Err(error) => {
                assert!(error.is_file_fault(), "{error:?}");
                refused += 1;
            }
        }
    }
    assert_eq!(refused, whole.len());

    let error = TiffMovie::open(file(&folder, &whole[..whole.len() - 10])).unwrap_err().to_string();
    assert!(error.contains("movie.tif: page 3"), "{error}");
    assert!(TiffMovie::open(file(&folder, b"no movie")).unwrap_err().to_string().contains("no TIFF file"));
    assert!(TiffMovie::open(folder.path().join("nowhere.tif")).unwrap_err().is_system());

    let packed = encoded::<colortype::Gray16, TiffKindStandard>(2, Compression::Lzw, |v| v);
    for at in (0..packed.len()).step_by(3) {
        let mut broken = packed.clone();
        broken[at] ^= 0xff;
        if let Ok(movie) = TiffMovie::open(file(&folder, &broken)) {
            let _ = movie.rows(0, movie.frames());
        }
    }
}

#[test]
fn sizes_are_not_believed() {
    let folder = folder();
    let mut huge = PLAIN.write(&frames(1), "");
    for tag in [[0, 1, 4, 0], [1, 1, 4, 0]] {
        let entry = huge.windows(4).position(|w| w == tag).unwrap();
        huge[entry + 8..entry + 12].copy_from_slice(&0x7fff_ffffu32.to_le_bytes());
    }
    let error = TiffMovie::open(file(&folder, &huge)).unwrap_err();
    assert!(error.is_file_fault() || error.is_limit(), "{error:?}");
    let path = file(&folder, &PLAIN.write(&frames(1), ""));
    let error = TiffOptions::new().max_frame_bytes(600).open(&path).unwrap_err();
    assert!(error.is_limit() && error.to_string().contains("630 bytes"), "{error}");
}

#[test]
fn a_circle_of_pages_ends() {
    let folder = folder();
    let mut bytes = PLAIN.write(&frames(2), "");
    let (first, end) = (bytes[4..8].to_vec(), bytes.len());
    bytes[end - 4..].copy_from_slice(&first);
    assert!(TiffMovie::open(file(&folder, &bytes)).unwrap_err().is_file_fault());
}

/// The folder with real input, if it is there.
fn real(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("NWB_TEST_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = folder.join(name);
    if !path.exists() {
        eprintln!("skipped: {name} is not there; NWB_TEST_DATA may name its folder");
    }
    path.exists().then_some(path)
}

#[test]
fn a_real_movie() {
    let Some(path) = real("two_photon_20x128x256_u16.tif") else { return };
    let movie = TiffMovie::open(&path).unwrap();
    assert_eq!(movie.shape(), [20, 256, 128]);
    assert_eq!(movie.dtype(), u16::dtype());
    let data = movie.rows(0, 20).unwrap().to_array::<u16, Ix3>().unwrap();

    // Read a second time by the format's specification alone: uncompressed, strip after strip, page after page.
    let bytes = fs::read(&path).unwrap();
    let big = &bytes[..2] == b"MM";
    let number = |at: usize, size: usize| {
        let bytes = &bytes[at..at + size];
        let fold = |n: usize, b: &u8| n << 8 | usize::from(*b);
        if big { bytes.iter().fold(0, fold) } else { bytes.iter().rev().fold(0, fold) }
    };
    let mut ifd = number(4, 4);
    let mut t = 0;
    while ifd != 0 {
        let entries = number(ifd, 2);
        let tag = |wanted: u16| {
            let at = (0..entries).map(|i| ifd + 2 + 12 * i).find(|&at| number(at, 2) == usize::from(wanted)).unwrap();
            let size = if number(at + 2, 2) == 3 { 2 } else { 4 };
            let count = number(at + 4, 4);
            let values = if count * size <= 4 { at + 8 } else { number(at + 8, 4) };
            (0..count).map(|i| number(values + i * size, size)).collect::<Vec<_>>()
        };
        assert_eq!((tag(256), tag(257), tag(258), tag(259)), (vec![256], vec![128], vec![16], vec![1]));
        let samples: Vec<u16> = tag(Tag::StripOffsets.to_u16())
            .into_iter()
            .zip(tag(Tag::StripByteCounts.to_u16()))
            .flat_map(|(at, len)| (at..at + len).step_by(2))
            .map(|at| number(at, 2) as u16)
            .collect();
        for (i, &sample) in samples.iter().enumerate() {
            assert_eq!(data[[t, i % 256, i / 256]], sample, "page {t}, row {}, column {}", i / 256, i % 256);
        }
        assert_eq!(samples.len(), 128 * 256);
        ifd = number(ifd + 2 + 12 * entries, 4);
        t += 1;
    }
    assert_eq!(t, 20);
    assert_eq!(data.iter().max(), Some(&4094));
}
