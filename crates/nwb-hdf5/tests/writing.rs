//! Chunks that are encoded on many threads are what the library would have written.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::Path;

use nwb_hdf5::{NewFile, OpenOptions, Route};
use nwb_model::backend::{Address, Backend, DatasetInfo, Filter, Layout, Link, NodeKind, Optional, Store};
use nwb_model::conformance::sample::{Choices, noise, types, value};
use nwb_model::selection::{Region, Steps};
use nwb_model::value::{Shape, Value};

fn lzf() -> Filter {
    Filter { id: 32000, optional: Optional::Yes, parameters: vec![], name: "lzf".into() }
}

fn pipelines() -> Vec<Vec<Filter>> {
    let (deflate, shuffle, sum) = (Filter::deflate(4), Filter::shuffle(), Filter::fletcher32());
    vec![
        vec![],
        vec![deflate.clone()],
        vec![shuffle.clone(), deflate.clone()],
        vec![shuffle.clone(), Filter::deflate(0), sum.clone()],
        vec![shuffle.clone(), lzf()],
        vec![lzf(), sum.clone()],
        vec![sum.clone(), shuffle.clone(), Filter::deflate(9)],
        vec![shuffle.clone()],
        // The first makes chunks of a length that is no multiple of an element's.
        vec![deflate, shuffle, sum],
    ]
}

/// Regular data, so that filters have something to do, with noise in it.
fn elements(choices: &mut Choices<'_>, info: &DatasetInfo) -> Value {
    let bytes = noise(choices.below(100) as u64, 4000);
    let few = value(&mut Choices::new(&bytes), &info.dtype, Shape::Simple(vec![40]), &[]).unwrap();
    let bytes = info.shape.len().unwrap() as usize * info.dtype.size();
    let parts: Vec<u8> = few.bytes().iter().copied().cycle().take(bytes).collect();
    Value::from_parts(info.dtype.clone(), info.shape.clone(), nwb_model::value::Bytes::from_vec(parts), None).unwrap()
}

/// Blocks of a shape that cover everything.
fn blocks(shape: &[u64], block: &[u64]) -> Vec<Region> {
    let mut found = vec![vec![]];
    for (&len, &step) in shape.iter().zip(block) {
        let along = (0..len).step_by(step as usize).map(|start| Steps::run(start, step.min(len - start)));
        found = along
            .flat_map(|steps| found.iter().map(move |before: &Vec<Steps>| [before.as_slice(), &[steps]].concat()))
            .collect();
    }
    found.into_iter().map(Region::new).collect()
}

struct Case {
    name: String,
    info: DatasetInfo,
    elements: Value,
    block: Vec<u64>,
}

/// Any two of: a type, a shape with its chunks and the blocks that it comes in, and filters.
fn cases() -> Vec<Case> {
    let bytes = noise(4, 1_000_000);
    let mut choices = Choices::new(&bytes);
    let shapes: [(&[u64], &[u64], &[u64]); 6] = [
        (&[70, 90], &[30, 40], &[30, 80]),
        (&[70, 90], &[30, 40], &[60, 90]),
        (&[1000], &[300], &[600]),
        (&[9, 11, 13], &[2, 11, 5], &[4, 11, 13]),
        (&[6, 5, 4, 3], &[1, 5, 4, 3], &[6, 5, 4, 3]),
        // Blocks that are no chunks go through the library.
        (&[50, 20], &[16, 20], &[7, 20]),
    ];
    let mut cases = Vec::new();
    for (number, dtype) in types().into_iter().filter(|dtype| dtype.is_plain()).enumerate() {
        for (form, (shape, chunk, block)) in shapes.iter().enumerate() {
            let pipelines = pipelines();
            let filters = &pipelines[(number + form) % pipelines.len()];
            let fill = value(&mut choices, &dtype, Shape::Scalar, &[]).unwrap();
            let info = DatasetInfo {
                layout: Layout::Chunked(chunk.to_vec()),
                filters: filters.clone(),
                fill: (number % 3 == 0).then_some(fill),
                max_shape: (form % 2 == 0).then(|| vec![None; shape.len()]),
                ..DatasetInfo::new(dtype.clone(), Shape::of(shape))
            };
            let elements = elements(&mut choices, &info);
            cases.push(Case { name: format!("{number}-{form}"), info, elements, block: block.to_vec() });
        }
    }
    assert!(cases.len() > 60);
    cases
}

fn write(path: &Path, cases: &[Case], threads: usize, memory: u64) -> std::sync::Arc<dyn Backend> {
    let mut file = NewFile::new(path).threads(threads).memory(memory).begin().unwrap();
    let root = file.root();
    for case in cases {
        let made = file.create_dataset(root, &case.name, &case.info).unwrap();
        for region in blocks(case.info.shape.dims(), &case.block) {
            file.write(made, &region, &case.elements.select(&region).unwrap()).unwrap();
        }
    }
    file.commit().unwrap()
}

fn dataset(file: &dyn Backend, name: &str) -> Address {
    let NodeKind::Group(links) = file.node(file.root()).unwrap().kind else { panic!("the root is no group") };
    match links.into_iter().find(|(other, _)| other == name) {
        Some((_, Link::Hard(address))) => address,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_bytes_are_the_same_whatever_the_number_of_threads_and_the_library_reads_them() {
    let folder = tempfile::tempdir().unwrap();
    let cases = cases();
    let mut files = Vec::new();
    for (threads, memory) in [(1, 256 << 20), (2, 1), (5, 256 << 20), (0, 40_000)] {
        let path = folder.path().join(format!("{threads}.h5"));
        drop(write(&path, &cases, threads, memory));
        files.push(fs::read(&path).unwrap());
    }
    assert!(files.windows(2).all(|pair| pair[0] == pair[1]), "the bytes depend on the threads");
    let file = OpenOptions::new().route(Route::Library).open(folder.path().join("5.h5")).unwrap();
    for case in &cases {
        let made = dataset(&*file, &case.name);
        let found = file.read(made, &Region::all(case.info.shape.dims())).unwrap();
        assert_eq!(found.bytes(), case.elements.bytes(), "{} {:?}", case.name, case.info);
    }
}

#[test]
fn what_lies_beyond_the_edge_is_the_fill_value() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("edge.h5");
    let mut file = NewFile::new(&path).begin().unwrap();
    let info = DatasetInfo {
        layout: Layout::Chunked(vec![4, 4]),
        fill: Some(Value::scalar(-7i16)),
        max_shape: Some(vec![None, None]),
        ..DatasetInfo::new(nwb_model::dtype::Dtype::native(nwb_model::dtype::Number::I16), Shape::Simple(vec![5, 2]))
    };
    let made = file.create_dataset(file.root(), "data", &info).unwrap();
    let numbers = Value::vector((1..=10i16).collect::<Vec<_>>()).reshaped(Shape::Simple(vec![5, 2])).unwrap();
    file.write(made, &Region::all(&[5, 2]), &numbers).unwrap();
    let file = file.commit().unwrap();
    let made = dataset(&*file, "data");
    let chunk = |offset: &[u64]| file.raw_chunk(made, offset).unwrap().bytes;
    let expected: [i16; 16] = [1, 2, -7, -7, 3, 4, -7, -7, 5, 6, -7, -7, 7, 8, -7, -7];
    assert_eq!(chunk(&[0, 0]), expected.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<_>>());
    assert_eq!(chunk(&[4, 0])[..8], [9, 0, 10, 0, 249, 255, 249, 255]);
}

#[test]
fn a_file_that_cannot_take_a_chunk_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("order.h5");
    let mut file = NewFile::new(&path).begin().unwrap();
    let root = file.root();
    let info = DatasetInfo {
        layout: Layout::Chunked(vec![1000]),
        filters: vec![Filter::deflate(4)],
        ..DatasetInfo::new(nwb_model::dtype::Dtype::native(nwb_model::dtype::Number::U8), Shape::Simple(vec![2000]))
    };
    let made = file.create_dataset(root, "data", &info).unwrap();
    // Another type, another shape, outside: each is refused, and the rest goes on.
    let wrong = [
        (Region::block(&[0], &[1000]), Value::vector(vec![0u16; 1000])),
        (Region::block(&[0], &[1000]), Value::vector(vec![0u8; 999])),
        (Region::block(&[2000], &[1000]), Value::vector(vec![0u8; 1000])),
    ];
    for (region, value) in wrong {
        assert!(file.write(made, &region, &value).is_err(), "{region:?}");
    }
    drop(file);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_stream_is_what_it_would_be_at_once_and_nothing_where_it_is_given_up() {
    use nwb_model::data::Data;
    use nwb_model::edit::{Edit, EditOptions};
    use nwb_model::ext::Timing;
    use nwb_model::ndarray::{Array2, Array3, Ix2, Ix3, s};
    use nwb_model::place::Place;
    use nwb_model::time::Timestamp;
    use nwb_model::types::{NwbFileInit, TimeSeries, TimeSeriesInit, TimeSeriesSet};

    let folder = tempfile::tempdir().unwrap();
    let begin = |name: &str| {
        let init = NwbFileInit {
            identifier: "stream".into(),
            session_description: "samples that come in".into(),
            session_start_time: Timestamp::parse("2024-03-05T09:41:07Z").unwrap(),
        };
        Edit::create(NewFile::new(folder.path().join(name)), name, init, EditOptions::default()).unwrap()
    };
    let series = |name: &str, data: Data| {
        TimeSeries::new(TimeSeriesInit {
            name: name.into(),
            data: data.into(),
            unit: "V".into(),
            timing: Timing::rate(1.0),
        })
    };
    let movie = Array3::from_shape_fn((301, 20, 30), |(t, x, y)| (t * 7 + x * y) as u16);
    let traces = Array2::from_shape_fn((100_003, 3), |(t, c)| (t * c) as f32);

    let mut edit = begin("a.nwb");
    let mut frames = edit.stream(Data::empty::<u16>(&[20, 30]).chunks(&[16, 20, 16]).shuffle().deflate(4)).unwrap();
    let mut samples = edit.stream(Data::empty::<f32>(&[3])).unwrap();
    let mut words = edit.stream(Data::empty_of(nwb_model::dtype::Dtype::TEXT, &[])).unwrap();
    let abandoned = edit.stream(Data::empty::<f64>(&[4])).unwrap();
    for (t, frame) in movie.outer_iter().enumerate() {
        frames.push(frame).unwrap();
        let (first, end) = (t * 333, if t == 300 { 100_003 } else { (t + 1) * 333 });
        samples.push(traces.slice(s![first..end, ..])).unwrap();
        words.push(vec![format!("frame {t}")]).unwrap();
    }
    assert!(frames.push(Array2::<u16>::zeros((20, 31))).unwrap_err().is_caller_fault());
    assert!(frames.push(Array2::<i16>::zeros((20, 30))).is_err());
    let (frames, samples, words) = (frames.finish().unwrap(), samples.finish().unwrap(), words.finish().unwrap());
    edit.insert_in(Place::Acquisition, series("frames", frames.clone())).unwrap();
    edit.insert_in(Place::Acquisition, series("samples", samples).description("traces")).unwrap();
    edit.insert_in(
        Place::Scratch,
        nwb_model::types::ScratchData::new(nwb_model::types::ScratchDataInit {
            name: "words".into(),
            data: words,
            notes: "of each frame".into(),
        }),
    )
    .unwrap();
    drop(abandoned);
    let file = edit.commit().unwrap();
    let data = |name: &str| file.get(&format!("/acquisition/{name}/data")).unwrap().dataset().unwrap();
    assert_eq!(data("frames").read::<u16, Ix3>(s![.., .., ..]).unwrap(), movie);
    assert_eq!(data("samples").read::<f32, Ix2>(s![.., ..]).unwrap(), traces);
    assert_eq!(data("frames").info().unwrap().filters.len(), 2);
    assert_eq!(file.get("/scratch/words").unwrap().dataset().unwrap().read_texts(300..301).unwrap(), ["frame 300"]);

    // Twice, of another edit, and not finished.
    let mut edit = begin("b.nwb");
    assert!(edit.insert_in(Place::Acquisition, series("other", frames)).is_err());
    let data = edit.stream(Data::empty::<u8>(&[])).unwrap().finish().unwrap();
    edit.insert_in(Place::Acquisition, series("one", data.clone())).unwrap();
    edit.insert_in(Place::Acquisition, series("two", data)).unwrap();
    assert!(edit.commit().unwrap_err().to_string().contains("one dataset"));
    let mut edit = begin("c.nwb");
    let mut stream = edit.stream(Data::empty::<u8>(&[])).unwrap();
    assert!(edit.commit().unwrap_err().to_string().contains("not finished"));
    stream.push(vec![1u8]).unwrap();
    assert!(stream.finish().is_err(), "there is no file any more");
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["a.nwb"]);
}
