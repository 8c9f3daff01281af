//! Files to try the program on.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use nwb::model::backend::{Address, Attribute, DatasetInfo, Filter, Layout, Link, Store, Transaction};
use nwb::model::dtype::{ByteOrder, Charset, Dtype, Number, Padding, TextLength, TextType};
use nwb::model::selection::Region;
use nwb::model::value::Shape;
use nwb::{NewFile, Value};

/// A small session, made once.
pub(crate) fn demo() -> &'static Path {
    static DEMO: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("demo.nwb");
        make_demo(&path, "7");
        (folder, path)
    });
    &DEMO.1
}

/// Makes a small session that depends on the seed alone.
pub(crate) fn make_demo(path: &Path, seed: &str) {
    let path = path.to_str().unwrap();
    let start = "2024-03-05T09:41:07+01:00";
    let (code, out, err) =
        crate::ended(["demo", path, "--frames", "60", "--size", "60x48", "--seed", seed, "--start", start]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
}

/// Makes a file by hand, object by object.
pub(crate) fn make(path: &Path, fill: impl FnOnce(&mut dyn Transaction, Address)) {
    let mut file = NewFile::new(path).begin().unwrap();
    let root = file.root();
    fill(&mut *file, root);
    file.commit().unwrap();
}

pub(crate) fn set(file: &mut dyn Transaction, object: Address, name: &str, value: Value) {
    file.set_attribute(object, &Attribute { name: name.into(), value, named_type: None }).unwrap();
}

pub(crate) fn typed(file: &mut dyn Transaction, object: Address, namespace: &str, name: &str) {
    set(file, object, "namespace", Value::text(namespace));
    set(file, object, "neurodata_type", Value::text(name));
    set(file, object, "object_id", Value::text("6f1c1d4e-0000-4000-8000-000000000000"));
}

pub(crate) fn dataset(file: &mut dyn Transaction, parent: Address, name: &str, value: &Value) -> Address {
    let info = DatasetInfo::new(value.dtype().clone(), value.shape().clone());
    let made = file.create_dataset(parent, name, &info).unwrap();
    if *value.shape() != Shape::Null {
        file.write(made, &Region::all(value.shape().dims()), value).unwrap();
    }
    made
}

/// As deep as the deepest group of [`odd`].
pub(crate) const DEEP: usize = 600;

/// A file of NWB with all that is unusual: circles of hard and of soft links, names that nobody expects, types that nobody
/// knows, named datatypes, null spaces, groups in groups in groups.
pub(crate) fn odd() -> &'static Path {
    static ODD: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("odd.nwb");
        make(&path, fill_odd);
        (folder, path)
    });
    &ODD.1
}

fn fill_odd(file: &mut dyn Transaction, root: Address) {
    typed(file, root, "core", "NWBFile");
    set(file, root, "nwb_version", Value::text("2.5.0"));
    set(
        file,
        root,
        "nothing",
        Value::from_parts(
            Dtype::native(Number::F64),
            Shape::Null,
            nwb::model::value::Bytes::from_vec(Vec::<u8>::new()),
            None,
        )
        .unwrap(),
    );
    dataset(file, root, "identifier", &Value::text("line one\nline two \u{1b}[31m"));

    let acquisition = file.create_group(root, "acquisition").unwrap();
    let unknown = file.create_group(acquisition, "of an unknown type").unwrap();
    typed(file, unknown, "ndx-nobody", "StrangeSeries");
    dataset(file, unknown, "data", &Value::vector(vec![1.5f32, f32::NAN]));
    let starting = dataset(file, unknown, "starting_time", &Value::scalar(3.0f64));
    set(file, starting, "rate", Value::scalar(4.0f64));
    for name in ["ctrl\u{7}\n", "größe \"quoted\"", "a.b c%20", "\u{1F40D}"] {
        file.create_group(acquisition, name).unwrap();
    }

    // Hard links in circles, a second name for a dataset, and the root in itself.
    let a = file.create_group(root, "circle").unwrap();
    let b = file.create_group(a, "inner").unwrap();
    for (parent, name, target) in [(b, "outer", a), (b, "self", b), (a, "root", root), (root, "second", b)] {
        file.link(parent, name, &Link::Hard(target)).unwrap();
    }
    let shared = dataset(file, a, "shared", &Value::vector(vec![1u8, 2]));
    file.link(root, "also shared", &Link::Hard(shared)).unwrap();
    // Soft links in a circle, to themselves, to nothing, and one that is well.
    for (name, target) in
        [("s1", "/circle/s2"), ("s2", "/circle/s1"), ("s3", "s3"), ("s4", "/nothing/here"), ("s5", "shared")]
    {
        file.link(a, name, &Link::Soft(target.into())).unwrap();
    }
    file.link(a, "elsewhere", &Link::External { file: "not there.nwb".into(), path: "/x".into() }).unwrap();

    let arrays = file.create_group(root, "arrays").unwrap();
    let pixel = Dtype::packed([("x", Dtype::native(Number::U32)), ("name", Dtype::TEXT)]);
    let named = file.create_datatype(arrays, "pixel type", &pixel).unwrap();
    file.create_datatype(arrays, "unused type", &Dtype::native(Number::F32)).unwrap();
    let mut info = DatasetInfo::new(pixel, Shape::of(&[0]));
    info.named_type = Some(named);
    file.create_dataset(arrays, "pixels", &info).unwrap();
    let big = Dtype::Number(Number::I32, ByteOrder::Big);
    file.create_dataset(arrays, "big-endian", &DatasetInfo::new(big, Shape::of(&[2, 0, 3]))).unwrap();
    let fixed = TextType { length: TextLength::Fixed(5), padding: Padding::SpacePadded, charset: Charset::Ascii };
    file.create_dataset(arrays, "fixed", &DatasetInfo::new(Dtype::Text(fixed), Shape::Scalar)).unwrap();
    file.create_dataset(arrays, "null", &DatasetInfo::new(Dtype::TEXT, Shape::Null)).unwrap();
    let small = Dtype::Array(Arc::new(Dtype::native(Number::I16)), vec![2, 3]);
    file.create_dataset(arrays, "of arrays", &DatasetInfo::new(small, Shape::of(&[4]))).unwrap();
    let chunked = DatasetInfo {
        max_shape: Some(vec![None, Some(8)]),
        layout: Layout::Chunked(vec![16, 8]),
        filters: vec![Filter::shuffle(), Filter::deflate(6), Filter::fletcher32()],
        fill: Some(Value::scalar(-1i16)),
        ..DatasetInfo::new(Dtype::native(Number::I16), Shape::of(&[1_000_000, 8]))
    };
    let chunked = file.create_dataset(arrays, "chunked", &chunked).unwrap();
    set(file, chunked, "target", Value::reference(shared));
    set(file, chunked, "many", Value::vector(vec![0u8; 1000]));

    let mut at = file.create_group(root, "deep").unwrap();
    for _ in 1..DEEP {
        at = file.create_group(at, "d").unwrap();
    }
    file.link(at, "up again", &Link::Hard(root)).unwrap();
}

/// A file whose dataset at `path` has its header overwritten.
pub(crate) fn damaged(folder: &Path, from: &Path, group: &str, name: &str) -> PathBuf {
    let file = nwb::open(from).unwrap();
    let group = file.get(group).unwrap();
    let Some((_, Link::Hard(Address(at)))) = group.links().unwrap().iter().find(|(other, _)| other == name) else {
        panic!("{name} is no hard link");
    };
    let at = usize::try_from(*at).unwrap();
    let mut bytes = fs::read(from).unwrap();
    bytes[at..at + 16].fill(0xEE);
    let path = folder.join("damaged.nwb");
    fs::write(&path, bytes).unwrap();
    path
}

/// A little-endian TIFF file of uint16 pages, one strip each: pixel `[page][row][column]`.
pub(crate) fn tiff(
    path: &Path,
    pages: u32,
    rows: u32,
    columns: u32,
    description: &str,
    pixel: impl Fn(u32, u32, u32) -> u16,
) {
    let mut bytes = b"II*\0".to_vec();
    let mut link = bytes.len();
    bytes.extend([0; 4]);
    for page in 0..pages {
        let strip = bytes.len() as u32;
        for row in 0..rows {
            for column in 0..columns {
                bytes.extend(pixel(page, row, column).to_le_bytes());
            }
        }
        let size = bytes.len() as u32 - strip;
        let text = bytes.len() as u32;
        bytes.extend(description.bytes());
        bytes.push(0);
        if bytes.len() % 2 == 1 {
            bytes.push(0);
        }
        let directory = bytes.len() as u32;
        bytes[link..link + 4].copy_from_slice(&directory.to_le_bytes());
        // Width, height, bits, compression, photometric, description, strip, samples, rows per strip, size of strip.
        let entries: [(u16, u16, u32, u32); 10] = [
            (256, 4, 1, columns),
            (257, 4, 1, rows),
            (258, 3, 1, 16),
            (259, 3, 1, 1),
            (262, 3, 1, 1),
            (270, 2, description.len() as u32 + 1, text),
            (273, 4, 1, strip),
            (277, 3, 1, 1),
            (278, 4, 1, rows),
            (279, 4, 1, size),
        ];
        bytes.extend((entries.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in entries {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(kind.to_le_bytes());
            bytes.extend(count.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        link = bytes.len();
        bytes.extend([0; 4]);
    }
    fs::write(path, bytes).unwrap();
}

/// A session with trials, made once: always the same bytes.
pub(crate) fn session() -> &'static Path {
    static SESSION: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.nwb");
        make_session(&path).unwrap();
        (folder, path)
    });
    &SESSION.1
}

fn make_session(path: &Path) -> nwb::Result<()> {
    use nwb::prelude::*;

    let start = nwb::chrono::DateTime::parse_from_rfc3339("2024-03-05T09:41:07+01:00").unwrap();
    let namespace = nwb::uuid::Uuid::new_v5(&nwb::uuid::Uuid::NAMESPACE_OID, b"session with trials");
    let edit = nwb::EditOptions {
        object_ids: nwb::ObjectIds::OfPath(namespace),
        now: Some(start),
        ..nwb::EditOptions::default()
    };
    let init = NwbFileInit {
        identifier: "m7".into(),
        session_description: "go or no-go".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07+01:00")?,
    };
    let options = nwb::CreateOptions { edit, ..nwb::CreateOptions::default() };
    let mut edit = nwb::create_with(path, init, options)?;
    let number = |row: usize| row as f64;
    let trials = TimeIntervals::new(TimeIntervalsInit {
        name: "trials".into(),
        description: "one go or no-go trial each".into(),
        start_time: (0..60).map(|row| number(row) * 2.0 + 0.5).collect::<Vec<f64>>().into(),
        stop_time: (0..60).map(|row| number(row) * 2.0 + 1.75).collect::<Vec<f64>>().into(),
    })
    .column("correct", "whether the answer was right", (0..60).map(|row| row % 3 != 0).collect::<Vec<bool>>())
    .column(
        "stimulus",
        "what was shown",
        Value::texts((0..60).map(|row| if row % 2 == 0 { "go, left" } else { "no-go \"right\"" })),
    )
    .ragged_column(
        "licks",
        "when the mouse licked",
        Ragged::with_lengths((0..90).map(|lick| number(lick) / 8.0).collect::<Vec<f64>>(), (0..60).map(|row| row % 4)),
    )
    .ids((100..160).collect());
    let trials = edit.insert_in(Place::Intervals, trials)?;
    edit.insert_in(
        Place::Scratch,
        DynamicTable::new(DynamicTableInit { name: "chosen".into(), description: "trials worth a look".into() })
            .region_column("trial", "which", vec![4, 1, 59], trials),
    )?;
    edit.insert_in(
        Place::Acquisition,
        TimeSeries::new(TimeSeriesInit {
            name: "speed".into(),
            data: nwb::ndarray::arr2(&[[0.1f32, 1.0], [f32::NAN, 2.5], [1e-7, f32::INFINITY]]).into(),
            unit: "m/s".into(),
            timing: Timing::rate(10.0),
        }),
    )?;
    edit.commit()?;
    Ok(())
}
