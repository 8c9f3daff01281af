//! Where elements lie: planning a read, putting pieces of chunks to their places, and the index of chunks.

use criterion::{BatchSize, Criterion, Throughput};
use nwb::ndarray::{Array2, Array3, s};
use nwb::prelude::*;
use nwb::{OpenOptions, Selection};

use crate::{begin, insert_series, recording};

const FRAMES: usize = 64;
const EDGE: usize = 256;

pub(crate) fn measure(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let (mut edit, path) = begin(folder.path(), "place.nwb");
    let movie = Array3::from_shape_vec((FRAMES, EDGE, EDGE), recording(FRAMES * EDGE * EDGE).collect()).unwrap();
    // 64 chunks of 16 frames of a tile; 4096 of 4 frames of a small one.
    insert_series(&mut edit, "tiles", Data::from(movie.view()).chunks(&[16, 64, 64]));
    insert_series(&mut edit, "many", Data::from(movie.view()).chunks(&[4, 16, 16]));
    edit.commit().unwrap();

    let open = || nwb::open_with(&path, &OpenOptions::new().threads(1).cache(0)).unwrap();
    let data = |file: &File, name: &str| file.acquisition().unwrap().get::<TimeSeries>(name).unwrap().data().unwrap();
    let file = open();
    let (tiles, many) = (data(&file, "tiles"), data(&file, "many"));
    let mut group = criterion.benchmark_group("place");
    let mut whole = Array3::<u16>::ones((FRAMES, EDGE, EDGE));
    group.throughput(Throughput::Bytes((whole.len() * 2) as u64));
    group.bench_function("tiles of 64 x 64", |bench| bench.iter(|| tiles.read_into(.., &mut whole).unwrap()));
    group.bench_function("tiles of 16 x 16", |bench| bench.iter(|| many.read_into(.., &mut whole).unwrap()));
    let mut patch = Array3::<u16>::ones((FRAMES, 50, 50));
    group.throughput(Throughput::Bytes((patch.len() * 2) as u64));
    group.bench_function("a patch", |bench| {
        bench.iter(|| tiles.read_into(s![.., 30..80, 30..80], &mut patch).unwrap());
    });
    let mut steps = Array3::<u16>::ones((FRAMES / 2, EDGE / 4, EDGE / 4));
    group.throughput(Throughput::Bytes((steps.len() * 2) as u64));
    group.bench_function("steps along every axis", |bench| {
        bench.iter(|| tiles.read_into(s![..;2, ..;4, ..;4], &mut steps).unwrap());
    });
    let list: Vec<i64> = (0..EDGE as i64).step_by(3).collect();
    let mut rows = Array2::<u16>::ones((list.len(), EDGE));
    group.throughput(Throughput::Bytes((rows.len() * 2) as u64));
    let selection = Selection::along([Along::index(7), Along::list(list), Along::all()]);
    group.bench_function("a list of indices", |bench| {
        bench.iter(|| tiles.read_into(selection.clone(), &mut rows).unwrap());
    });
    group.finish();

    let mut group = criterion.benchmark_group("index");
    let chunks = (FRAMES / 4) * (EDGE / 16) * (EDGE / 16);
    group.throughput(Throughput::Elements(chunks as u64));
    let mut one = Array3::<u16>::ones((1, 1, 1));
    group.bench_function("of 4096 chunks, with the first read", |bench| {
        bench.iter_batched(
            || data(&open(), "many"),
            |dataset| dataset.read_into(s![5..6, 5..6, 5..6], &mut one).unwrap(),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}
