//! Where elements come from: iterators of blocks, shared arrays, other files; how much memory it takes, and what is left where one fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use nwb_hdf5::{NewFile, Overwrite};
use nwb_model::backend::Layout;
use nwb_model::data::Data;
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::element::Element as _;
use nwb_model::ext::Timing;
use nwb_model::file::File;
use nwb_model::ndarray::{Array2, Array3, s};
use nwb_model::place::Place;
use nwb_model::profile::Profile;
use nwb_model::time::Timestamp;
use nwb_model::types::{NwbFileInit, TimeSeries, TimeSeriesInit};
use nwb_model::value::Value;
use nwb_model::{Error, ErrorKind, Result};

fn begin(store: NewFile) -> Edit {
    let init = NwbFileInit {
        identifier: "sources".into(),
        session_description: "from many places".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07Z").unwrap(),
    };
    Edit::create(store, "sources", init, EditOptions::default()).unwrap()
}

fn series(name: &str, data: Data) -> nwb_model::draft::Draft<TimeSeries> {
    TimeSeries::new(TimeSeriesInit {
        name: name.into(),
        data: data.into(),
        unit: "V".into(),
        timing: Timing::rate(1.0),
    })
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn frame(number: usize) -> Array2<u16> {
    Array2::from_shape_fn((64, 48), |(x, y)| (number * 31 + x * 7 + y) as u16)
}

fn movie(first: usize, end: usize) -> Array3<u16> {
    Array3::from_shape_fn((end - first, 64, 48), |(t, x, y)| ((first + t) * 31 + x * 7 + y) as u16)
}

/// Frames in blocks of odd sizes.
fn blocks(frames: usize) -> impl Iterator<Item = Result<Array3<u16>>> + Send + 'static {
    let mut first = 0;
    [1usize, 17, 3, 250, 40].into_iter().cycle().map_while(move |size| {
        let size = size.min(frames - first);
        let from = first;
        first += size;
        (size > 0).then(|| Ok(movie(from, from + size)))
    })
}

#[test]
fn all_sources_give_the_same_dataset() {
    const FRAMES: usize = 500;
    let folder = tempfile::tempdir().unwrap();
    let whole = movie(0, FRAMES);
    let mut edit = begin(NewFile::new(folder.path().join("a.nwb")).memory(8 << 20));
    edit.insert_in(Place::Acquisition, series("array", whole.clone().into())).unwrap();
    let shared = whole.clone().into_shared();
    edit.insert_in(Place::Acquisition, series("shared", shared.slice_move(s![.., .., ..]).into())).unwrap();
    let come = Data::from_blocks(u16::dtype(), &[FRAMES as u64, 64, 48], blocks(FRAMES));
    edit.insert_in(Place::Acquisition, series("blocks", come)).unwrap();
    let single = Data::from_blocks(u16::dtype(), &[FRAMES as u64, 64, 48], (0..FRAMES).map(|t| Ok(frame(t))));
    edit.insert_in(Place::Acquisition, series("frames", single)).unwrap();
    let streamed = edit.stream_blocks(Data::empty::<u16>(&[64, 48]), blocks(FRAMES)).unwrap();
    edit.insert_in(Place::Acquisition, series("streamed", streamed)).unwrap();
    let file = edit.commit().unwrap();

    let mut edit = begin(NewFile::new(folder.path().join("b.nwb")));
    let there = file.get("/acquisition/blocks/data").unwrap().dataset().unwrap();
    edit.insert_in(Place::Acquisition, series("dataset", Data::try_from(&there).unwrap())).unwrap();
    edit.insert_in(Place::Acquisition, series("rows", Data::rows(there).profile(Profile::fast()))).unwrap();
    let second = edit.commit().unwrap();

    let expected = Value::array(whole);
    for (file, name) in ["array", "shared", "blocks", "frames", "streamed"]
        .map(|name| (&file, name))
        .into_iter()
        .chain([(&second, "dataset"), (&second, "rows")])
    {
        let data = file.get(&format!("/acquisition/{name}/data")).unwrap().dataset().unwrap();
        assert_eq!(data.read_value(..).unwrap(), expected, "{name}");
        assert!(matches!(data.info().unwrap().layout, Layout::Chunked(_)));
    }
}

#[test]
fn a_source_that_fails_leaves_no_file_and_a_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.nwb");
    let lost = || Err(Error::new(ErrorKind::Io, "the camera is gone"));
    let broken = |good: usize| blocks(good).chain(std::iter::once_with(lost));

    // A new file, at the commit.
    let mut edit = begin(NewFile::new(&path));
    let data = Data::from_blocks(u16::dtype(), &[400, 64, 48], broken(399));
    edit.insert_in(Place::Acquisition, series("movie", data)).unwrap();
    let error = edit.commit().unwrap_err();
    assert!(error.is_system() && error.to_string().contains("the camera is gone"), "{error}");
    assert_eq!(error.path(), Some("/acquisition/movie/data"));
    assert!(names(folder.path()).is_empty());

    // A new file, of which nothing was known before: the edit goes on without it.
    let mut edit = begin(NewFile::new(&path));
    let error = edit.stream_blocks(Data::empty::<u16>(&[64, 48]), broken(1000)).unwrap_err();
    assert!(error.is_system(), "{error}");
    edit.insert_in(Place::Acquisition, series("other", vec![1.0, 2.0].into())).unwrap();
    let file = edit.commit().unwrap();
    assert_eq!(names(folder.path()), ["a.nwb"]);
    let objects = file.get("/").unwrap().descendants().unwrap();
    assert!(objects.iter().all(|object| !object.path().contains("movie")));

    // A file that was there before.
    drop((file, objects));
    let before = fs::read(&path).unwrap();
    for frames in [100, 301] {
        let file = File::from_backend(nwb_hdf5::open(&path).unwrap()).unwrap();
        let mut edit = file.edit(EditOptions::default()).unwrap();
        let data = Data::from_blocks(u16::dtype(), &[300, 64, 48], blocks(frames));
        edit.insert_in(Place::Acquisition, series("movie", data)).unwrap();
        let error = edit.commit().unwrap_err();
        assert!(error.is_caller_fault(), "{error}");
        assert_eq!(fs::read(&path).unwrap(), before);
        assert_eq!(names(folder.path()), ["a.nwb"]);
    }
}

#[test]
fn a_source_is_asked_no_faster_than_it_is_written() {
    const FRAMES: usize = 4000;
    let folder = tempfile::tempdir().unwrap();
    // Blocks that are alive, and the most there ever were.
    let alive = Arc::new(AtomicU64::new(0));
    let most = Arc::new(AtomicU64::new(0));
    struct Guarded(Vec<u8>, Arc<AtomicU64>);
    impl AsRef<[u8]> for Guarded {
        fn as_ref(&self) -> &[u8] {
            &self.0
        }
    }
    impl Drop for Guarded {
        fn drop(&mut self) {
            self.1.fetch_sub(self.0.len() as u64, Ordering::SeqCst);
        }
    }
    let (count, peak) = (Arc::clone(&alive), Arc::clone(&most));
    let source = (0..FRAMES / 10).map(move |number| {
        let bytes: Vec<u8> = (0..10 * 64 * 64).map(|n| (n * 7 + number) as u8).collect();
        let now = count.fetch_add(bytes.len() as u64, Ordering::SeqCst) + bytes.len() as u64;
        peak.fetch_max(now, Ordering::SeqCst);
        let bytes = nwb_model::value::Bytes::from_owner(Guarded(bytes, Arc::clone(&count)));
        Value::from_parts(u8::dtype(), nwb_model::value::Shape::of(&[10, 64, 64]), bytes, None)
    });
    let budget = 4 << 20;
    let mut edit = begin(NewFile::new(folder.path().join("a.nwb")).memory(budget));
    let data = Data::from_blocks(u8::dtype(), &[FRAMES as u64, 64, 64], source).chunks(&[20, 64, 64]).deflate(6);
    edit.insert_in(Place::Acquisition, series("movie", data)).unwrap();
    edit.commit().unwrap();
    let most = most.load(Ordering::SeqCst);
    assert!(most <= budget, "{most} bytes of blocks were in memory at once");
    assert_eq!(alive.load(Ordering::SeqCst), 0);
}

/// A movie of some gigabytes, under a limit of memory, from outside: `NWB_LARGE=8 NWB_LARGE_AT=/large/disk`
/// `prlimit --data=300000000 cargo test -p nwb-hdf5 --release --test sources -- --ignored`.
#[test]
#[ignore = "takes minutes and gigabytes"]
fn gigabytes_in_little_memory() {
    let gigabytes: u64 = std::env::var("NWB_LARGE").map_or(4, |text| text.parse().unwrap());
    let at = std::env::var_os("NWB_LARGE_AT").map_or_else(std::env::temp_dir, Into::into);
    let folder = tempfile::tempdir_in(at).unwrap();
    let path = folder.path().join("large.nwb");
    let frames = gigabytes * 1_000_000_000 / (512 * 512 * 2);
    let mut state = 1u32;
    let noise: Vec<u16> = (0..512 * 512 * 4)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 25) as u16
        })
        .collect();
    let frame = move |t: u64| {
        let from = (t * 7919 % (512 * 512 * 3)) as usize;
        Array2::from_shape_fn((512, 512), |(x, y)| 200 + noise[from + x * 512 + y] + (x / 8) as u16)
    };
    let mut edit = begin(NewFile::new(&path).overwrite(Overwrite::Yes));
    let data = edit.stream_blocks(Data::empty::<u16>(&[512, 512]), (0..frames).map(|t| Ok(frame(t)))).unwrap();
    edit.insert_in(Place::Acquisition, series("movie", data)).unwrap();
    let file = edit.commit().unwrap();
    let data = file.get("/acquisition/movie/data").unwrap().dataset().unwrap();
    assert_eq!(data.shape().unwrap()[0], frames);
    for t in [0, frames / 2, frames - 1] {
        let at = usize::try_from(t).unwrap();
        assert_eq!(data.read_value(at..at + 1).unwrap().bytes(), Value::array(frame(t)).bytes());
    }
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    println!("{frames} frames, {} bytes; peak {peak:?} kB", fs::metadata(&path).unwrap().len());
    assert!(peak.is_none_or(|peak| peak < 300_000), "{peak:?}");
}
