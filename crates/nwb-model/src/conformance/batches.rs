//! Elements picked by lists and masks, in batches, converted, by chunks.

use rayon::iter::ParallelIterator;

use super::{Case, Failure, Subject, Verdict, check, refused, same};
use crate::backend::{DatasetInfo, Filter, Layout, Store};
use crate::conformance::sample::{Choices, noise};
use crate::dataset::{Dataset, Scale};
use crate::dtype::{ByteOrder, Dtype, Number};
use crate::selection::{Along, Region, Selection};
use crate::tree::Object;
use crate::value::{Shape, Value};

pub(super) const CASES: &[Case] = &[
    Case { name: "lists and masks pick elements", run: lists },
    Case { name: "many selections in one go", run: many },
    Case { name: "masks of the whole shape", run: masks },
    Case { name: "conversion on the way", run: conversions },
    Case { name: "reading into the caller's array", run: into_arrays },
    Case { name: "chunk by chunk", run: chunks },
];

const SHAPE: [u64; 2] = [40, 9];

fn element(row: u64, column: u64) -> i16 {
    (row * 31 + column * 7) as i16 - 500
}

/// The same numbers in one run and in chunks, in both byte orders.
fn datasets(subject: &Subject<'_>, name: &str) -> Verdict<Vec<Dataset>> {
    let place = (subject.place)(name);
    let store: &dyn Store = &*place.store;
    let mut file = store.begin()?;
    let root = file.root();
    let numbers: Vec<i16> =
        (0..SHAPE[0]).flat_map(|row| (0..SHAPE[1]).map(move |column| element(row, column))).collect();
    for (order, name) in [(ByteOrder::Little, "little"), (ByteOrder::Big, "big")] {
        let dtype = Dtype::Number(Number::I16, order);
        let bytes: Vec<u8> = match order {
            ByteOrder::Little => numbers.iter().flat_map(|number| number.to_le_bytes()).collect(),
            ByteOrder::Big => numbers.iter().flat_map(|number| number.to_be_bytes()).collect(),
        };
        let shape = Shape::Simple(SHAPE.to_vec());
        let value = Value::from_parts(dtype.clone(), shape.clone(), crate::value::Bytes::from_vec(bytes), None)?;
        let whole = DatasetInfo::new(dtype, shape);
        let filters = vec![Filter::shuffle(), Filter::deflate(2)];
        let chunked = DatasetInfo { layout: Layout::Chunked(vec![7, 4]), filters, ..whole.clone() };
        for (info, layout) in [(whole, "whole"), (chunked, "chunked")] {
            let made = file.create_dataset(root, &format!("{name} {layout}"), &info)?;
            file.write(made, &Region::all(&SHAPE), &value)?;
        }
    }
    let root = Object::root_of(file.commit()?);
    ["little whole", "little chunked", "big whole", "big chunked"]
        .iter()
        .map(|name| Ok(root.get(name)?.dataset()?))
        .collect()
}

fn lists(subject: &Subject<'_>) -> Verdict {
    for data in datasets(subject, "lists")? {
        let (rows, columns) = ([39i64, 0, 7, 8, 8, -1], [3u64, 4, 0]);
        let picked = Selection::along([Along::list(rows), Along::list(columns.map(|column| column as i64))]);
        let found: ndarray::Array2<i16> = data.read(picked.clone())?;
        let expected: Vec<i16> = rows
            .iter()
            .map(|&row| if row < 0 { SHAPE[0] - row.unsigned_abs() } else { row.unsigned_abs() })
            .flat_map(|row| columns.map(|column| element(row, column)))
            .collect();
        same("lists", &found.iter().copied().collect::<Vec<_>>(), &expected)?;
        let value = data.read_value(picked)?;
        same("shape of lists", &value.shape().dims(), &[6, 3].as_slice())?;
        same("value of lists", &value.to_vec::<i16>()?, &expected)?;
        let mask: Vec<bool> = (0..SHAPE[0]).map(|row| row % 11 == 3).collect();
        let ranges = Selection::along([Along::mask(&mask), Along::ranges([1..3, 7..9])]);
        let found: ndarray::Array2<i64> = data.read(ranges)?;
        let set = (0..SHAPE[0]).filter(|row| row % 11 == 3);
        let expected: Vec<i64> =
            set.flat_map(|row| [1, 2, 7, 8].map(|column| i64::from(element(row, column)))).collect();
        same("mask and ranges", &found.iter().copied().collect::<Vec<_>>(), &expected)?;
        let column: ndarray::Array1<i16> =
            data.read(Selection::along([Along::steps(1, None, 13), Along::index(-1)]))?;
        same("a column", &column.to_vec(), &[1, 14, 27].map(|row| element(row, 8)).to_vec())?;
        refused("an index outside", data.read::<i16, ndarray::Ix2>(Selection::along([Along::list([40])])))?;
        let nothing: ndarray::Array2<i16> = data.read(Selection::along([Along::list([])]))?;
        same("an empty list", &nothing.shape(), &[0, 9].as_slice())?;
    }
    Ok(())
}

fn many(subject: &Subject<'_>) -> Verdict {
    let bytes = noise(21, 400);
    for data in datasets(subject, "many selections")? {
        let mut choices = Choices::new(&bytes);
        let rows: Vec<(usize, usize)> = (0..50)
            .map(|_| {
                let first = choices.below(40);
                (first, first + choices.below(41 - first))
            })
            .collect();
        let found: Vec<ndarray::Array2<i32>> = data.read_many(rows.iter().map(|&(first, last)| first..last))?;
        same("number of arrays", &found.len(), &rows.len())?;
        for (array, (first, last)) in found.iter().zip(rows) {
            let expected = (first as u64..last as u64)
                .flat_map(|row| (0..SHAPE[1]).map(move |column| i32::from(element(row, column))));
            check(array.iter().copied().eq(expected), || format!("rows {first} to {last}: {array:?}"))?;
        }
        let none: Vec<ndarray::Array2<i32>> = data.read_many(Vec::<Selection>::new())?;
        check(none.is_empty(), || "nothing was asked for".into())?;
    }
    Ok(())
}

fn masks(subject: &Subject<'_>) -> Verdict {
    let shape = SHAPE.map(|len| len as usize);
    for data in datasets(subject, "masks")? {
        for each in [1, 5, 97, 1000] {
            let mask = ndarray::Array2::from_shape_fn(shape, |(row, column)| (row * 9 + column + 1) % each == 0);
            let found: Vec<f32> = data.read_masked(&mask)?;
            let set = mask.indexed_iter().filter(|(_, is_set)| **is_set);
            let expected = set.map(|((row, column), _)| f32::from(element(row as u64, column as u64)));
            check(found.iter().copied().eq(expected), || format!("every {each}th: {found:?}"))?;
        }
        let other = ndarray::Array2::from_elem((3, 3), true);
        refused("a mask of another shape", data.read_masked::<f32, _>(&other))?;
    }
    Ok(())
}

fn conversions(subject: &Subject<'_>) -> Verdict {
    for data in datasets(subject, "conversions")? {
        let scale = Scale { conversion: 0.25, offset: 2.0 };
        let volts: ndarray::Array2<f32> = data.read_scaled(ndarray::s![3..30;4, ..], scale)?;
        for ((row, column), &found) in volts.indexed_iter() {
            same("scaled", &found, &(f32::from(element(row as u64 * 4 + 3, column as u64)) * 0.25 + 2.0))?;
        }
        refused("negative numbers as unsigned ones", data.read::<u16, ndarray::Ix2>(..))?;
        let whole: ndarray::Array2<f64> = data.read(..)?;
        same("widened", &whole.last().copied(), &Some(f64::from(element(39, 8))))?;
        let lossy = data.read_lossy::<i16, ndarray::Ix2>(.., 0)?;
        check(lossy.faults.is_empty() && lossy.array.first() == Some(&element(0, 0)), || format!("{lossy:?}"))?;
    }
    Ok(())
}

fn into_arrays(subject: &Subject<'_>) -> Verdict {
    for data in datasets(subject, "into")? {
        let mut columns = ndarray::Array2::<i32>::from_elem((9, 10), 7);
        // Rows of the dataset become columns of the array: not in the order of memory.
        data.read_into(ndarray::s![5..15, ..], columns.view_mut().reversed_axes())?;
        for ((column, row), &found) in columns.indexed_iter() {
            same("an array in another order", &found, &i32::from(element(row as u64 + 5, column as u64)))?;
        }
        let mut slice = [0i16; 18];
        data.read_into(38.., &mut slice[..])?;
        let expected: Vec<i16> = (38..40).flat_map(|row| (0..9).map(move |column| element(row, column))).collect();
        same("a slice", &slice.to_vec(), &expected)?;
        refused("an array of another shape", data.read_into(.., &mut slice[..]))?;
    }
    Ok(())
}

fn chunks(subject: &Subject<'_>) -> Verdict {
    for data in datasets(subject, "chunk by chunk")? {
        let mut together = vec![None; (SHAPE[0] * SHAPE[1]) as usize];
        let in_order = data.chunks::<i32>()?.collect::<Result<Vec<_>, _>>()?;
        for block in &in_order {
            for (index, &found) in block.array.indexed_iter() {
                let [row, column] =
                    [0, 1].map(|axis| block.offset.get(axis).copied().unwrap_or(0) + index[axis] as u64);
                same("an element", &found, &i32::from(element(row, column)))?;
                let place = together.get_mut((row * SHAPE[1] + column) as usize);
                let place = place.ok_or_else(|| Failure::new(format!("a block reaches out to {row}, {column}")))?;
                check(place.replace(found).is_none(), || format!("{row}, {column} came twice"))?;
            }
        }
        check(together.iter().all(Option::is_some), || "not all elements came".into())?;
        let mut at_once = data.par_chunks::<i32>()?.collect::<Result<Vec<_>, _>>()?;
        at_once.sort_by(|a, b| a.offset.cmp(&b.offset));
        check(at_once == in_order, || "the blocks are others when they come at once".into())?;
    }
    Ok(())
}
