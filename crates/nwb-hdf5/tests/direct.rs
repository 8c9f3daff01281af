//! Reading without the library gives what reading through it gives, whatever the form of storage.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::path::Path;
use std::sync::Arc;

use nwb_hdf5::{NewFile, OpenOptions, Route};
use nwb_model::backend::{Address, Backend, DatasetInfo, Filter, Layout, Link, NodeKind, Optional, Store};
use nwb_model::batch::{How, Wanted};
use nwb_model::conformance::sample::{Choices, noise, types, value};
use nwb_model::dataset::Dataset;
use nwb_model::dtype::Dtype;
use nwb_model::element::Element;
use nwb_model::ndarray::{ArrayD, Ix1, Ix2, s};
use nwb_model::selection::{Along, Pick, Picks, Region, Selection, Steps};
use nwb_model::tree::Object;
use nwb_model::value::{Shape, Value};

fn lzf(element: usize, chunk: &[u64]) -> Filter {
    let bytes = chunk.iter().product::<u64>() as usize * element;
    Filter { id: 32000, optional: Optional::Yes, parameters: vec![4, 261, bytes as u32], name: "lzf".into() }
}

fn pipelines(element: usize, chunk: &[u64]) -> Vec<Vec<Filter>> {
    let (deflate, shuffle, sum, lzf) =
        (Filter::deflate(4), Filter::shuffle(), Filter::fletcher32(), lzf(element, chunk));
    vec![
        vec![],
        vec![deflate.clone()],
        vec![shuffle.clone()],
        vec![sum.clone()],
        vec![lzf.clone()],
        vec![shuffle.clone(), deflate.clone()],
        vec![shuffle.clone(), lzf.clone()],
        vec![shuffle.clone(), deflate.clone(), sum.clone()],
        vec![sum.clone(), shuffle.clone(), deflate.clone()],
        vec![sum.clone(), lzf, sum.clone()],
        vec![deflate.clone(), shuffle.clone()],
        vec![shuffle.clone(), sum, shuffle.clone()],
        // Declined: what the first step gives has no known size.
        vec![deflate.clone(), shuffle, deflate],
    ]
}

/// Every address of a dataset below the root, by name.
fn datasets(file: &dyn Backend) -> Vec<(String, Address)> {
    let NodeKind::Group(links) = file.node(file.root()).unwrap().kind else { panic!("the root is no group") };
    let hard = |(name, link)| match link {
        Link::Hard(address) => (name, address),
        other => panic!("{other:?}"),
    };
    links.into_iter().map(hard).collect()
}

fn info(file: &dyn Backend, dataset: Address) -> DatasetInfo {
    match file.node(dataset).unwrap().kind {
        NodeKind::Dataset(info) => *info,
        other => panic!("{other:?}"),
    }
}

fn some_picks(choices: &mut Choices<'_>, shape: &[u64]) -> Picks {
    let axes = shape.iter().map(|&len| {
        if len == 0 || choices.one_in(4) {
            return Pick::Steps(Steps::run(0, len));
        }
        if choices.one_in(3) {
            return Pick::List((0..choices.below(9)).map(|_| choices.below(len as usize) as u64).collect());
        }
        let (start, step) = (choices.below(len as usize) as u64, 1 + choices.below(5) as u64);
        Pick::Steps(Steps { start, step, count: choices.below((len - start).div_ceil(step) as usize + 1) as u64 })
    });
    Picks::new(axes.collect())
}

/// Reads a dataset in many ways; with [`Route::Both`] each is compared with what the library reads.
fn read_in_many_ways(file: &dyn Backend, dataset: Address, seed: u64) {
    let info = info(file, dataset);
    let (shape, size) = (info.shape.dims(), info.dtype.size());
    file.read(dataset, &Region::all(shape)).unwrap();
    let bytes = noise(seed, 2000);
    let mut choices = Choices::new(&bytes);
    let picks: Vec<Picks> = (0..12).map(|_| some_picks(&mut choices, shape)).collect();
    // Old bytes must not show through.
    let mut rooms: Vec<Vec<u8>> = picks.iter().map(|picks| vec![0xa5; picks.len() as usize * size]).collect();
    let mut parts: Vec<Wanted<'_>> =
        picks.iter().zip(&mut rooms).map(|(picks, out)| Wanted { picks: picks.clone(), out }).collect();
    for one in parts.chunks_mut(1).take(4) {
        file.read_batch(dataset, &info, one, How::default()).unwrap();
    }
    file.read_batch(dataset, &info, &mut parts, How::default()).unwrap();
}

fn write_forms(path: &Path) -> usize {
    let mut file = NewFile::new(path).begin().unwrap();
    let root = file.root();
    let bytes = noise(3, 4_000_000);
    let mut choices = Choices::new(&bytes);
    let mut made = 0;
    for (number, dtype) in types().iter().filter(|dtype| dtype.is_plain()).enumerate() {
        let forms: [(&[u64], &[u64]); 4] = [(&[7, 9], &[3, 4]), (&[10], &[10]), (&[3, 4, 5], &[1, 4, 5]), (&[6], &[1])];
        for (form, (shape, chunk)) in forms.into_iter().enumerate() {
            let pipelines = pipelines(dtype.size(), chunk);
            for (pipeline, filters) in pipelines.into_iter().enumerate() {
                // Not every combination of everything, but each of any two.
                if pipeline > 0 && (number + form + pipeline) % 3 != 0 && number > 3 {
                    continue;
                }
                let info = DatasetInfo {
                    layout: Layout::Chunked(chunk.to_vec()),
                    filters,
                    fill: (pipeline % 2 == 0).then(|| value(&mut choices, dtype, Shape::Scalar, &[]).unwrap()),
                    ..DatasetInfo::new(dtype.clone(), Shape::of(shape))
                };
                let dataset = file.create_dataset(root, &format!("{number} {form} {pipeline}"), &info).unwrap();
                // Some chunks are left out.
                let written: Vec<u64> =
                    shape.iter().map(|&len| if pipeline % 3 == 0 { len } else { len / 2 + 1 }).collect();
                let part = value(&mut choices, dtype, Shape::of(&written), &[]).unwrap();
                file.write(dataset, &Region::block(&vec![0; shape.len()], &written), &part).unwrap();
                made += 1;
            }
        }
        for (form, layout) in [Layout::Contiguous, Layout::Compact].into_iter().enumerate() {
            for (n, shape) in [Shape::Scalar, Shape::of(&[5, 7, 2]), Shape::of(&[0, 3])].into_iter().enumerate() {
                let info = DatasetInfo { layout: layout.clone(), ..DatasetInfo::new(dtype.clone(), shape.clone()) };
                let dataset = file.create_dataset(root, &format!("{number} whole {form} {n}"), &info).unwrap();
                let all = value(&mut choices, dtype, shape.clone(), &[]).unwrap();
                file.write(dataset, &Region::all(shape.dims()), &all).unwrap();
                made += 1;
            }
        }
    }
    file.commit().unwrap();
    made
}

#[test]
fn both_ways_agree_over_all_forms_that_are_written_here() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("forms.h5");
    let made = write_forms(&path);
    let both = OpenOptions::new().route(Route::Both).threads(3).open(&path).unwrap();
    let direct = OpenOptions::new().route(Route::Direct).cache(0).open(&path).unwrap();
    let all = datasets(&*both);
    assert_eq!(all.len(), made);
    let mut declined = vec![];
    for (seed, (name, dataset)) in all.iter().enumerate() {
        read_in_many_ways(&*both, *dataset, seed as u64);
        let info = info(&*direct, *dataset);
        let region = Region::all(info.shape.dims());
        let mut out = vec![0; region.len() as usize * info.dtype.size()];
        if let Err(error) = direct.read_into(*dataset, &region, &mut out) {
            assert!(error.is_limit(), "{name}: {error}");
            declined.push((info.layout.clone(), info.filters.len(), region.is_empty()));
        }
    }
    let is_known = |(layout, filters, is_empty): &(Layout, usize, bool)| match layout {
        Layout::Compact => true,
        Layout::Contiguous => *is_empty,
        _ => *filters == 3,
    };
    assert!(declined.iter().all(is_known), "{declined:?}");
    assert!(declined.len() * 4 < made, "{} of {made} were declined", declined.len());
}

fn open(path: &Path, options: &OpenOptions) -> Object {
    Object::root_of(options.open(path).unwrap())
}

fn dataset(root: &Object, name: &str) -> Dataset {
    root.get(name).unwrap().dataset().unwrap()
}

fn write<T: Element>(path: &Path, name: &str, values: Vec<T>, info: impl FnOnce(DatasetInfo) -> DatasetInfo) {
    let shape = [values.len() as u64 / 10, 10];
    let value = Value::vector(values).reshaped(Shape::of(&shape)).unwrap();
    let mut file = NewFile::new(path).begin().unwrap();
    let root = file.root();
    let info = info(DatasetInfo::new(T::dtype(), Shape::of(&shape)));
    let dataset = file.create_dataset(root, name, &info).unwrap();
    file.write(dataset, &Region::all(&shape), &value).unwrap();
    file.commit().unwrap();
}

fn chunked(rows: u64, filters: Vec<Filter>) -> impl FnOnce(DatasetInfo) -> DatasetInfo {
    move |info| DatasetInfo { layout: Layout::Chunked(vec![rows, 10]), filters, ..info }
}

#[test]
fn chunks_are_kept_for_the_next_read_within_the_budget() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cached.h5");
    let values: Vec<i32> = (0..40_000).collect();
    write(&path, "data", values, chunked(100, vec![Filter::shuffle(), Filter::deflate(1)]));
    for cache in [0, 9000, 1 << 20] {
        let data = dataset(&open(&path, &OpenOptions::new().cache(cache).route(Route::Both)), "data");
        for row in (0..4000usize).step_by(37).chain((0..4000).step_by(53)) {
            let found: Vec<i32> = data.read::<i32, Ix1>(s![row, 2..8]).unwrap().to_vec();
            let first = row as i32 * 10 + 2;
            assert_eq!(found, (first..first + 6).collect::<Vec<_>>());
        }
    }
    // What is kept stays readable when the file is gone from under it.
    let data = dataset(&open(&path, &OpenOptions::new()), "data");
    data.read::<i32, Ix2>(5..6).unwrap();
    std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(100).unwrap();
    assert_eq!(data.read::<i32, Ix2>(90..91).unwrap()[[0, 0]], 900);
    let error = data.read::<i32, Ix2>(100..101).unwrap_err();
    assert!(error.is_system() && error.to_string().contains("shorter"), "{error}");
}

/// Where these bytes lie in the file.
fn find(path: &Path, bytes: &[u8]) -> u64 {
    let file = std::fs::read(path).unwrap();
    file.windows(bytes.len()).position(|window| window == bytes).expect("the bytes are in the file") as u64
}

fn overwrite(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = std::fs::read(path).unwrap();
    file[at as usize..at as usize + bytes.len()].copy_from_slice(bytes);
    std::fs::write(path, file).unwrap();
}

#[test]
fn a_damaged_chunk_is_named_and_the_rest_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let values: Vec<u8> = noise(9, 4000);
    let sum = Filter::fletcher32();
    for (name, filters, says) in [
        ("deflate", vec![Filter::deflate(0)], "does not inflate"),
        ("sum", vec![sum.clone()], "checksum"),
        ("both", vec![Filter::deflate(0), sum], "checksum"),
    ] {
        let path = folder.path().join(format!("{name}.h5"));
        write(&path, "data", values.clone(), chunked(100, filters));
        // In the second of four chunks.
        let at = find(&path, &values[1500..1540]);
        overwrite(&path, at, &[values[1500] ^ 8]);
        let data = dataset(&open(&path, &OpenOptions::new()), "data");
        let error = data.read::<u8, Ix2>(..).unwrap_err();
        let text = error.to_string();
        assert!(error.is_file_fault(), "{error}");
        assert_eq!(error.path(), Some("/data"));
        assert!(text.contains("chunk at [100, 0]") && text.contains("of the file") && text.contains(says), "{text}");
        let place: u64 = text.split("from byte ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        assert!((at - 600..=at).contains(&place), "{text}, damaged at {at}");
        let rest: Vec<u8> = data.read::<u8, Ix2>(200..).unwrap().into_iter().collect();
        assert_eq!(rest, values[2000..]);
        // A whole chunk's elements are told to be missing, in the type that was asked for.
        let lossy = data.read_lossy::<i32, Ix2>(s![50..250, 2..4], -1).unwrap();
        assert_eq!(lossy.faults.len(), 1);
        assert_eq!(lossy.faults[0].region, Region::block(&[100, 0], &[100, 10]));
        for ((row, column), &found) in lossy.array.indexed_iter() {
            let expected = if (50..150).contains(&row) { -1 } else { i32::from(values[(row + 50) * 10 + column + 2]) };
            assert_eq!(found, expected);
        }
        let blocks: Vec<_> = data.chunks::<u8>().unwrap().collect();
        assert_eq!(blocks.iter().map(|block| block.is_ok()).collect::<Vec<_>>(), [true, false, true, true]);
        // So it is through the library.
        let slow = dataset(&open(&path, &OpenOptions::new().route(Route::Library)), "data");
        let same = slow.read::<u8, Ix2>(..).unwrap_err();
        let place = |error: &nwb_model::Error| error.to_string().split(" cannot be read").next().map(str::to_owned);
        assert!(same.is_file_fault() && place(&same) == place(&error), "{same}");
        let slow = slow.read_lossy::<i32, Ix2>(s![50..250, 2..4], -1).unwrap();
        assert_eq!((slow.array, slow.faults.len()), (lossy.array, 1));
    }
}

#[test]
fn sizes_that_lie_are_refused_before_there_is_memory_for_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lies.h5");
    let values: Vec<u16> = (0..4000).map(|n| n * 7).collect();
    write(&path, "data", values, chunked(100, vec![Filter::deflate(6)]));
    // The chunk's shape in the layout message: 100, 10, and the size of an element, in 32 bits each.
    let shape: Vec<u8> = [100u32, 10, 2].into_iter().flat_map(u32::to_le_bytes).collect();
    let at = find(&path, &shape);
    for rows in [1u32 << 27, 1 << 24, 200_000] {
        overwrite(&path, at, &rows.to_le_bytes());
        let file = OpenOptions::new().open(&path).unwrap();
        let data = dataset(&Object::root_of(file), "data");
        let outcome = data.read::<u16, Ix2>(0..10);
        assert!(outcome.is_err(), "{rows} rows in a chunk");
    }
}

#[test]
fn a_file_that_becomes_shorter_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("short.h5");
    write(&path, "data", (0..400_000).collect::<Vec<i64>>(), |info| info);
    let data = dataset(&open(&path, &OpenOptions::new()), "data");
    data.read::<i64, Ix2>(..).unwrap();
    let size = std::fs::metadata(&path).unwrap().len();
    std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(size / 2).unwrap();
    let error = data.read::<i64, Ix2>(..).unwrap_err();
    assert!(error.is_system() && error.to_string().contains("shorter"), "{error}");
    assert_eq!(data.read::<i64, Ix2>(3..4).unwrap()[[0, 1]], 31);
}

/// Eight threads read eight datasets of two files while a third file is written.
#[test]
fn many_threads_read_while_another_writes() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["a.h5", "b.h5"].map(|name| folder.path().join(name));
    let value = |file: usize, set: usize, at: usize| (file * 1_000_000 + set * 100_000 + at) as u32;
    for (file, path) in paths.iter().enumerate() {
        let mut new = NewFile::new(path).begin().unwrap();
        let root = new.root();
        for set in 0..4 {
            let info = DatasetInfo::new(u32::dtype(), Shape::of(&[300, 200]));
            let info = match set {
                0 => info,
                1 => DatasetInfo { layout: Layout::Chunked(vec![7, 33]), filters: vec![Filter::deflate(1)], ..info },
                2 => DatasetInfo {
                    layout: Layout::Chunked(vec![64, 64]),
                    filters: vec![Filter::shuffle(), Filter::deflate(3), Filter::fletcher32()],
                    ..info
                },
                // Only the library reads this.
                _ => DatasetInfo {
                    layout: Layout::Chunked(vec![50, 50]),
                    filters: vec![Filter::deflate(1), Filter::deflate(1)],
                    ..info
                },
            };
            let dataset = new.create_dataset(root, &format!("set{set}"), &info).unwrap();
            let values: Vec<u32> = (0..60_000).map(|at| value(file, set, at)).collect();
            let values = Value::vector(values).reshaped(Shape::of(&[300, 200])).unwrap();
            new.write(dataset, &Region::all(&[300, 200]), &values).unwrap();
        }
        new.commit().unwrap();
    }
    let files = paths.each_ref().map(|path| open(path, &OpenOptions::new()));
    let third = folder.path().join("c.h5");
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for round in 0..5 {
                let values: Vec<f32> = (0..50_000).map(|n| n as f32).collect();
                let path = third.with_extension(round.to_string());
                write(&path, "data", values.clone(), chunked(50, vec![Filter::shuffle(), Filter::deflate(2)]));
                let back = dataset(&open(&path, &OpenOptions::new()), "data").read::<f32, Ix2>(..).unwrap();
                assert!(back.iter().eq(&values));
            }
        });
        for thread in 0..8 {
            let (file, set) = (thread / 4, thread % 4);
            let data = dataset(&files[file], &format!("set{set}"));
            scope.spawn(move || {
                for round in 0..20 {
                    let found: ArrayD<u32> = match round % 3 {
                        0 => data.read(..).unwrap(),
                        1 => data.read(s![round..;3, 5..150]).unwrap(),
                        _ => data.read(Selection::along([Along::list([299, round as i64, 0, 0])])).unwrap(),
                    };
                    let rows: Vec<usize> = match round % 3 {
                        0 => (0..300).collect(),
                        1 => (round..300).step_by(3).collect(),
                        _ => vec![299, round, 0, 0],
                    };
                    let columns = if round % 3 == 1 { 5..150 } else { 0..200 };
                    let expected = rows
                        .iter()
                        .flat_map(|row| columns.clone().map(move |column| value(file, set, row * 200 + column)));
                    assert!(found.iter().copied().eq(expected), "file {file}, set {set}, round {round}");
                }
            });
        }
        writer.join().unwrap();
    });
}

#[test]
fn conversion_on_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("converted.h5");
    let values: Vec<u16> = (0..40_000).map(|n| (n * 13 % 65_521) as u16).collect();
    write(&path, "data", values.clone(), chunked(33, vec![Filter::shuffle(), Filter::deflate(1)]));
    for route in [Route::Fastest, Route::Library] {
        let data = dataset(&open(&path, &OpenOptions::new().route(route)), "data");
        let floats = data.read::<f32, Ix2>(..).unwrap();
        assert!(floats.iter().zip(&values).all(|(&found, &stored)| found == f32::from(stored)));
        let some = data.read::<i64, Ix2>(s![..;7, ..;3]).unwrap();
        assert_eq!(some[[5, 2]], i64::from(values[35 * 10 + 6]));
        assert!(data.read::<u8, Ix2>(..).unwrap_err().is_caller_fault());
        let scale = nwb_model::dataset::Scale { conversion: 0.5, offset: 3.0 };
        let volts = data.read_scaled::<f64, Ix1>(s![7, ..], scale).unwrap();
        assert_eq!(volts[3], f64::from(values[73]) * 0.5 + 3.0);
        let mut slice = [0f32; 20];
        data.read_into(1..3, &mut slice[..]).unwrap();
        assert!(slice.iter().zip(&values[10..]).all(|(&found, &stored)| found == f32::from(stored)));
        assert!(data.read_into(1..3, &mut slice[..5]).unwrap_err().is_caller_fault());
    }
}

/// Nothing is stored of the second half, and what stands there is no number of the type that is asked for.
#[test]
fn a_fill_value_is_converted_where_it_is_met() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part.h5");
    let mut file = NewFile::new(&path).begin().unwrap();
    let info = DatasetInfo {
        layout: Layout::Chunked(vec![10, 10]),
        fill: Some(Value::scalar(-1i32)),
        ..DatasetInfo::new(i32::dtype(), Shape::of(&[40, 10]))
    };
    let made = file.create_dataset(file.root(), "data", &info).unwrap();
    let stored = Value::vector((0..200).collect::<Vec<i32>>()).reshaped(Shape::of(&[20, 10])).unwrap();
    file.write(made, &Region::block(&[0, 0], &[20, 10]), &stored).unwrap();
    file.commit().unwrap();
    for route in [Route::Fastest, Route::Library] {
        let data = dataset(&open(&path, &OpenOptions::new().route(route)), "data");
        assert!(data.read::<u32, Ix2>(0..20).unwrap().iter().copied().eq(0..200), "{route:?}");
        assert!(data.read::<u32, Ix2>(0..0).unwrap().is_empty(), "{route:?}");
        assert!(data.read::<u32, Ix2>(19..21).unwrap_err().is_caller_fault(), "{route:?}");
        assert_eq!(data.read::<i64, Ix2>(19..21).unwrap()[[1, 0]], -1, "{route:?}");
    }
}

#[test]
fn options_do_not_change_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("threads.h5");
    let values: Vec<f64> = (0..30_000).map(|n| f64::from(n) * 0.25).collect();
    write(&path, "data", values.clone(), chunked(13, vec![Filter::shuffle(), Filter::deflate(1)]));
    for threads in [0, 1, 2, 7] {
        let file: Arc<dyn Backend> = OpenOptions::new().threads(threads).open(&path).unwrap();
        let found = dataset(&Object::root_of(file), "data").read::<f64, Ix2>(..).unwrap();
        assert!(found.iter().eq(&values));
    }
    assert!(Dtype::Bool.is_plain());
}

#[cfg(feature = "mmap")]
#[test]
#[expect(unsafe_code, reason = "the file is this test's alone")]
fn elements_can_be_looked_at_where_they_lie() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mapped.h5");
    write(&path, "data", (0..10_000).collect::<Vec<u64>>(), |info| info);
    // SAFETY: nobody else knows of the file.
    let options = unsafe { OpenOptions::new().allow_mapping() };
    let mapped = dataset(&open(&path, &options), "data").mapped().unwrap();
    // Everything is closed but the view.
    let slice = mapped.as_slice::<u64>().expect("aligned, in this machine's order");
    assert!(slice.iter().copied().eq(0..10_000));
    let refused = dataset(&open(&path, &OpenOptions::new()), "data").mapped().unwrap_err();
    assert!(refused.is_limit() && refused.to_string().contains("allow_mapping"), "{refused}");
    let path = folder.path().join("chunked.h5");
    write(&path, "data", (0..1000).collect::<Vec<u64>>(), chunked(10, vec![]));
    assert!(dataset(&open(&path, &options), "data").mapped().unwrap_err().is_limit());
}
