//! Elements as the file has them: parts in one request, chunks as they are stored, views without a copy, and datasets that grow
//! before they have a name.

use super::{Case, Subject, Verdict, all, check, child, dataset, info, refused, same};
use crate::backend::{Address, Backend, DatasetInfo, Filter, Layout, Link, NodeKind, Store};
use crate::batch::{Convert, Faults, How, Wanted};
use crate::dtype::{Dtype, Number};
use crate::error::Result;
use crate::selection::{Pick, Picks, Region, Steps};
use crate::value::{Bytes, Shape, Value};

pub(super) const CASES: &[Case] = &[
    Case { name: "parts in one request", run: parts },
    Case { name: "chunks as they are stored", run: raw_chunks },
    Case { name: "elements where they lie", run: mapped },
    Case { name: "datasets that grow before they have a name", run: growing },
];

const SHAPE: [u64; 2] = [23, 10];
const CHUNK: [u64; 2] = [5, 4];

fn number(row: u64, column: u64) -> u16 {
    (row * 100 + column) as u16
}

fn numbers() -> Value {
    Value::array(ndarray::Array2::from_shape_fn((23, 10), |(row, column)| number(row as u64, column as u64)))
}

/// How a dataset of the numbers is stored.
fn chunked(filters: Vec<Filter>) -> DatasetInfo {
    let info = DatasetInfo::new(Dtype::native(Number::U16), Shape::of(&SHAPE));
    DatasetInfo { layout: Layout::Chunked(CHUNK.to_vec()), filters, ..info }
}

/// A file with the numbers in one run and in chunks, and with texts.
fn written(store: &dyn Store) -> Result<std::sync::Arc<dyn Backend>> {
    let mut file = store.begin()?;
    let root = file.root();
    let all = Region::all(&SHAPE);
    let whole = DatasetInfo::new(Dtype::native(Number::U16), Shape::of(&SHAPE));
    let filters = vec![Filter::shuffle(), Filter::deflate(4), Filter::fletcher32()];
    for (name, info) in [("whole", whole), ("chunked", chunked(filters)), ("plain chunks", chunked(vec![]))] {
        let made = file.create_dataset(root, name, &info)?;
        file.write(made, &all, &numbers())?;
    }
    let texts = Value::texts((0..8).map(|n| format!("text {n}")));
    let info = DatasetInfo::new(Dtype::TEXT, Shape::of(&[8]));
    let made = file.create_dataset(root, "texts", &DatasetInfo { layout: Layout::Chunked(vec![3]), ..info })?;
    file.write(made, &Region::all(&[8]), &texts)?;
    file.commit()
}

fn steps(start: u64, count: u64, step: u64) -> Pick {
    Pick::Steps(Steps { start, count, step })
}

/// What picks give, by hand.
fn expected(picks: &Picks) -> Vec<u16> {
    let axis =
        |n: usize| picks.axes().get(n).map_or(Vec::new(), |pick| (0..pick.len()).filter_map(|n| pick.get(n)).collect());
    let (rows, columns): (Vec<u64>, Vec<u64>) = (axis(0), axis(1));
    rows.iter().flat_map(|&row| columns.iter().map(move |&column| number(row, column))).collect()
}

fn wanted<'a>(picks: &Picks, out: &'a mut [u8]) -> Wanted<'a> {
    Wanted { picks: picks.clone(), out }
}

fn placed(number: u16, place: usize) -> u32 {
    2 * u32::from(number) + ((place as u32) << 20)
}

/// Twice the number, and its place.
struct Placed;

impl Convert for Placed {
    fn size(&self) -> usize {
        4
    }

    fn convert(&self, stored: &[u8], first: usize, out: &mut [u8]) -> Result<()> {
        let (stored, _) = stored.as_chunks::<2>();
        let (out, _) = out.as_chunks_mut::<4>();
        for (n, (stored, out)) in stored.iter().zip(out).enumerate() {
            *out = placed(u16::from_ne_bytes(*stored), first + n).to_ne_bytes();
        }
        Ok(())
    }
}

fn parts(subject: &Subject<'_>) -> Verdict {
    let place = (subject.place)("parts");
    let file = written(&*place.store)?;
    for name in ["whole", "chunked", "plain chunks"] {
        let data = child(&*file, name)?;
        let info = info(&*file, data)?;
        let picks = [
            vec![steps(0, 23, 1), steps(0, 10, 1)],
            vec![steps(3, 4, 5), steps(1, 3, 3)],
            vec![Pick::List(vec![22, 0, 7, 7].into()), steps(9, 1, 1)],
            vec![Pick::List(vec![4, 5].into()), Pick::List(vec![3, 2, 3].into())],
            vec![steps(5, 0, 1), steps(0, 10, 1)],
        ]
        .map(Picks::new);
        let mut rooms: Vec<Vec<u16>> = picks.iter().map(|picks| vec![0; expected(picks).len()]).collect();
        let mut parts: Vec<Wanted<'_>> =
            picks.iter().zip(&mut rooms).map(|(picks, room)| wanted(picks, bytemuck::cast_slice_mut(room))).collect();
        file.read_batch(data, &info, &mut parts, How::default())?;
        for (picks, room) in picks.iter().zip(&rooms) {
            same(name, room, &expected(picks))?;
        }
        let mut wide: Vec<Vec<u32>> = picks.iter().map(|picks| vec![0; expected(picks).len()]).collect();
        let mut parts: Vec<Wanted<'_>> =
            picks.iter().zip(&mut wide).map(|(picks, room)| wanted(picks, bytemuck::cast_slice_mut(room))).collect();
        let faults = Faults::default();
        file.read_batch(data, &info, &mut parts, How { convert: Some(&Placed), faults: Some(&faults) })?;
        check(faults.into_sorted().is_empty(), || "nothing is damaged".into())?;
        for (picks, room) in picks.iter().zip(&wide) {
            let converted: Vec<u32> =
                expected(picks).into_iter().zip(0..).map(|(number, at)| placed(number, at)).collect();
            same("converted", room, &converted)?;
        }
        file.read_batch(data, &info, &mut [], How::default())?;
        let mut room = [0u8; 40];
        let mut one = |rows: Pick, columns: Pick, bytes: usize| {
            let out = room.get_mut(..bytes).unwrap_or_default();
            file.read_batch(data, &info, &mut [wanted(&Picks::new(vec![rows, columns]), out)], How::default())
        };
        refused("rows outside", one(steps(22, 2, 1), steps(0, 10, 1), 40))?;
        refused("a list that reaches outside", one(Pick::List(vec![23].into()), steps(0, 10, 1), 20))?;
        refused("too little room", one(steps(0, 2, 1), steps(0, 10, 1), 38))?;
        refused("too much room", one(steps(0, 1, 1), steps(0, 10, 1), 40))?;
    }
    let texts = child(&*file, "texts")?;
    let mut room = [0u8; 64];
    let mut parts = [Wanted { picks: Picks::new(vec![steps(0, 8, 1)]), out: &mut room }];
    let outcome = file.read_batch(texts, &info(&*file, texts)?, &mut parts, How::default());
    refused("texts as bytes", outcome).map(drop)
}

fn raw_chunks(subject: &Subject<'_>) -> Verdict {
    let (place, other) = ((subject.place)("raw chunks"), (subject.place)("raw chunks again"));
    let file = written(&*place.store)?;
    for name in ["whole", "texts"] {
        check(!file.has_raw_chunks(child(&*file, name)?), || format!("{name}: its bytes mean nothing elsewhere"))?;
    }
    let whole = child(&*file, "whole")?;
    refused("a chunk of what is in one run", file.raw_chunk(whole, &[0, 0]))?;
    let mut copy = other.store.begin()?;
    let root = copy.root();
    let mut copied = Vec::new();
    for name in ["chunked", "plain chunks"] {
        let data = child(&*file, name)?;
        if !file.has_raw_chunks(data) {
            continue;
        }
        let Some(chunks) = file.chunks(data)? else { continue };
        same("chunks", &chunks.len(), &15)?;
        let Some(made) = copy.create_raw_dataset(root, name, &info(&*file, data)?)? else { continue };
        for chunk in chunks {
            let raw = file.raw_chunk(data, &chunk.offset)?;
            same("bytes of a chunk", &(raw.bytes.len() as u64), &chunk.size)?;
            copy.write_raw_chunk(made, &chunk.offset, &raw)?;
        }
        check(file.raw_chunk(data, &[0]).is_err(), || "a place of too few axes is no chunk's".into())?;
        copied.push(name);
    }
    drop(copy.commit()?);
    let copy = (other.open)()?;
    for name in copied {
        same(name, &all(&*copy, child(&*copy, name)?)?, &numbers())?;
    }
    Ok(())
}

fn mapped(subject: &Subject<'_>) -> Verdict {
    let place = (subject.place)("mapped");
    let file = written(&*place.store)?;
    let given = |name: &str, outcome: Result<Bytes>, of: Value| -> Verdict {
        match outcome {
            Ok(bytes) => check(bytes.as_slice() == of.bytes(), || format!("{name}: other bytes")),
            outcome => refused(name, outcome).map(drop),
        }
    };
    let whole: Address = child(&*file, "whole")?;
    given("in one run", file.mapped(whole), numbers())?;
    // Only what is stored in the form that it is asked for in may be given out.
    for name in ["chunked", "plain chunks"] {
        given(name, file.mapped(child(&*file, name)?), numbers())?;
    }
    refused("texts where they lie", file.mapped(child(&*file, "texts")?)).map(drop)
}

fn growing(subject: &Subject<'_>) -> Verdict {
    let place = (subject.place)("growing");
    let mut file = place.store.begin()?;
    let root = file.root();
    let info = |dims: &[u64]| DatasetInfo {
        max_shape: Some(vec![None, Some(10)]),
        ..DatasetInfo { shape: Shape::Simple(dims.to_vec()), ..chunked(vec![Filter::deflate(1)]) }
    };
    // Not every backend does this.
    let Ok(made) = file.create_loose_dataset(&info(&[0, 10])) else { return Ok(()) };
    let nameless = file.create_loose_dataset(&info(&[0, 10]))?;
    file.extend(nameless, 3)?;
    let mut rows = 0;
    for count in [1u64, 6, 0, 16] {
        file.extend(made, rows + count)?;
        let region = Region::new(vec![Steps::run(rows, count), Steps::run(0, 10)]);
        let block = numbers().select(&region)?;
        if count > 0 {
            file.write(made, &region, &block)?;
        }
        rows += count;
    }
    file.link(root, "grown", &Link::Hard(made))?;
    dataset(&mut *file, root, "other", &Value::scalar(7u16))?;
    drop(file.commit()?);
    let file = (place.open)()?;
    let grown = child(&*file, "grown")?;
    same("what grew", &all(&*file, grown)?, &numbers())?;
    let NodeKind::Group(links) = file.node(file.root())?.kind else { return Ok(()) };
    same("names", &links.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), &vec!["grown", "other"])
}
