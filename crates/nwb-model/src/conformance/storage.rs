//! Layouts, filters, fill values, regions, blocks.

use super::{Case, Subject, Verdict, all, check, child, dataset, info, refused, same};
use crate::backend::{Backend, DatasetInfo, Filter, Layout};
use crate::conformance::sample::{Choices, noise, types, value};
use crate::dtype::{Dtype, Number};
use crate::selection::{Region, Steps};
use crate::value::{Shape, Value};

pub(super) const CASES: &[Case] = &[
    Case { name: "layouts, limits and filters are kept", run: layouts },
    Case { name: "fill values where nothing was written", run: fills },
    Case { name: "unwritten elements without a fill value", run: unwritten },
    Case { name: "regions with steps", run: regions },
    Case { name: "writing block by block", run: blocks },
    Case { name: "writing with steps", run: stepped_writes },
    Case { name: "stored chunks", run: chunks },
    Case { name: "layouts that cannot be", run: impossible },
    Case { name: "filters of any kind are kept or refused", run: unusual_filters },
];

fn layouts(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("layouts").store.begin()?;
    let root = file.root();
    let simple = DatasetInfo::new(Dtype::native(Number::I16), Shape::Simple(vec![6, 5]));
    let chunked = |dims: [u64; 2]| DatasetInfo { layout: Layout::Chunked(dims.to_vec()), ..simple.clone() };
    let infos = [
        simple.clone(),
        DatasetInfo { layout: Layout::Compact, ..simple.clone() },
        chunked([6, 5]),
        chunked([4, 2]),
        chunked([1, 1]),
        DatasetInfo { max_shape: Some(vec![None, Some(5)]), ..chunked([3, 5]) },
        DatasetInfo { max_shape: Some(vec![Some(100), None]), ..chunked([10, 7]) },
        DatasetInfo { filters: vec![Filter::deflate(4)], ..chunked([4, 2]) },
        DatasetInfo { filters: vec![Filter::shuffle(), Filter::deflate(9), Filter::fletcher32()], ..chunked([4, 5]) },
        DatasetInfo { filters: vec![Filter::fletcher32()], max_shape: Some(vec![None, None]), ..chunked([4, 5]) },
    ];
    let written = Value::vector((0..30i16).collect()).reshaped(Shape::Simple(vec![6, 5]))?;
    for (index, info) in infos.iter().enumerate() {
        let made = file.create_dataset(root, &format!("n{index}"), info)?;
        file.write(made, &Region::all(&[6, 5]), &written)?;
    }
    let file = file.commit()?;
    for (index, expected) in infos.iter().enumerate() {
        let made = child(&*file, &format!("n{index}"))?;
        let found = info(&*file, made)?;
        same_info(&found, expected)?;
        same("elements", &all(&*file, made)?, &written)?;
    }
    Ok(())
}

/// Equal but for parameters that a filter has completed.
pub(super) fn same_info(found: &DatasetInfo, expected: &DatasetInfo) -> Verdict {
    same("dtype", &found.dtype, &expected.dtype)?;
    same("shape", &found.shape, &expected.shape)?;
    same("max_shape", &found.max_shape, &expected.max_shape)?;
    same("layout", &found.layout, &expected.layout)?;
    same("fill", &found.fill, &expected.fill)?;
    same("filters", &found.filters.len(), &expected.filters.len())?;
    for (found, expected) in found.filters.iter().zip(&expected.filters) {
        same("filter", &found.id, &expected.id)?;
        same("optional", &found.optional, &expected.optional)?;
        check(found.parameters.starts_with(&expected.parameters), || format!("{found:?}, not {expected:?}"))?;
    }
    Ok(())
}

fn fills(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("fills").store.begin()?;
    let root = file.root();
    let mut made = vec![];
    for (index, dtype) in types().iter().filter(|dtype| !dtype.has_references()).enumerate() {
        let noise = noise(index as u64 + 77, 500);
        let mut choices = Choices::new(&noise);
        let fill = value(&mut choices, dtype, Shape::Scalar, &[])?;
        let part = value(&mut choices, dtype, Shape::Simple(vec![2]), &[])?;
        for (layout, name) in [(Layout::Contiguous, "contiguous"), (Layout::Chunked(vec![2]), "chunked")] {
            let name = format!("{name} {index}");
            let info = DatasetInfo {
                layout,
                fill: Some(fill.clone()),
                ..DatasetInfo::new(dtype.clone(), Shape::Simple(vec![7]))
            };
            let dataset = file.create_dataset(root, &name, &info)?;
            file.write(dataset, &Region::block(&[2], &[2]), &part)?;
            made.push((name, fill.clone(), part.clone()));
        }
    }
    let other = DatasetInfo {
        fill: Some(Value::scalar(1u8)),
        ..DatasetInfo::new(Dtype::native(Number::I16), Shape::Simple(vec![7]))
    };
    refused("a fill value of another type", file.create_dataset(root, "other", &other))?;
    let file = file.commit()?;
    for (name, fill, part) in made {
        let dataset = child(&*file, &name)?;
        let what = format!("{name}, {}", fill.dtype());
        same(&what, &info(&*file, dataset)?.fill, &Some(fill.clone()))?;
        same(&what, &file.read(dataset, &Region::block(&[2], &[2]))?, &part)?;
        for at in [0, 1, 4, 6] {
            let one = file.read(dataset, &Region::block(&[at], &[1]))?.reshaped(Shape::Scalar)?;
            same(&format!("{what} at {at}"), &one, &fill)?;
        }
    }
    Ok(())
}

fn unwritten(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("unwritten").store.begin()?;
    let root = file.root();
    let dtypes = types();
    for (index, dtype) in dtypes.iter().enumerate() {
        let info = DatasetInfo::new(dtype.clone(), Shape::Simple(vec![3]));
        file.create_dataset(root, &format!("contiguous {index}"), &info)?;
        let info = DatasetInfo { layout: Layout::Chunked(vec![2]), ..info };
        file.create_dataset(root, &format!("chunked {index}"), &info)?;
    }
    let file = file.commit()?;
    for (index, dtype) in dtypes.iter().enumerate() {
        for name in [format!("contiguous {index}"), format!("chunked {index}")] {
            let found = all(&*file, child(&*file, &name)?)?;
            same(&name, found.dtype(), dtype)?;
            same(&name, &found.len(), &3)?;
            if matches!(dtype, Dtype::Number(..) | Dtype::Bool) {
                check(found.bytes().iter().all(|&byte| byte == 0), || format!("{name}: {dtype} is not zero"))?;
            }
            if *dtype == Dtype::TEXT {
                same(&name, &found.as_texts()?, &vec!["", "", ""])?;
            }
            if *dtype == Dtype::Reference {
                check(found.as_references()?.iter().all(|one| one.non_null().is_none()), || {
                    format!("{name}: {dtype}")
                })?;
            }
        }
    }
    Ok(())
}

const SHAPE: [u64; 3] = [7, 6, 5];

fn cube() -> Verdict<Value> {
    Ok(Value::vector((0..210u32).collect()).reshaped(Shape::Simple(SHAPE.to_vec()))?)
}

/// The numbers of the cube in a region.
fn expected(region: &Region) -> Vec<u32> {
    let indices = |steps: &Steps| (0..steps.count).map(|n| steps.start + n * steps.step).collect::<Vec<_>>();
    let axes: Vec<Vec<u64>> = region.axes().iter().map(indices).collect();
    let [planes, rows, columns] = axes.as_slice() else { return vec![] };
    let mut found = vec![];
    for plane in planes {
        for row in rows {
            found.extend(columns.iter().map(|column| ((plane * SHAPE[1] + row) * SHAPE[2] + column) as u32));
        }
    }
    found
}

fn some_regions() -> Vec<Region> {
    let mut regions =
        vec![Region::all(&SHAPE), Region::block(&[6, 5, 4], &[1, 1, 1]), Region::block(&[0, 0, 0], &[0, 6, 5])];
    let bytes = noise(5, 4000);
    let mut choices = Choices::new(&bytes);
    for _ in 0..60 {
        let axes = SHAPE.map(|len| {
            let start = choices.below(len as usize) as u64;
            let step = 1 + choices.below(4) as u64;
            let most = (len - start).div_ceil(step);
            Steps { start, step, count: choices.below(most as usize + 1) as u64 }
        });
        regions.push(Region::new(axes.to_vec()));
    }
    regions
}

fn regions(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("regions").store.begin()?;
    let root = file.root();
    dataset(&mut *file, root, "contiguous", &cube()?)?;
    let info = DatasetInfo {
        layout: Layout::Chunked(vec![3, 2, 5]),
        filters: vec![Filter::deflate(1)],
        ..DatasetInfo::new(Dtype::native(Number::U32), Shape::Simple(SHAPE.to_vec()))
    };
    let chunked = file.create_dataset(root, "chunked", &info)?;
    file.write(chunked, &Region::all(&SHAPE), &cube()?)?;
    let texts: Vec<String> = (0..210).map(|n| format!("{n}")).collect();
    let texts = Value::texts(&texts).reshaped(Shape::Simple(SHAPE.to_vec()))?;
    dataset(&mut *file, root, "texts", &texts)?;
    let file = file.commit()?;
    for region in some_regions() {
        for name in ["contiguous", "chunked"] {
            let found = file.read(child(&*file, name)?, &region)?;
            same(name, &found.shape().dims(), &region.shape().as_slice())?;
            same(&format!("{name} {region:?}"), &found.to_vec()?, &expected(&region))?;
        }
        let found = file.read(child(&*file, "texts")?, &region)?;
        let texts: Vec<String> = expected(&region).iter().map(u32::to_string).collect();
        same("texts", &found.as_texts()?, &texts.iter().map(String::as_str).collect())?;
    }
    let outside = [
        Region::all(&[7, 6]),
        Region::all(&[7, 6, 5, 1]),
        Region::block(&[7, 0, 0], &[1, 1, 1]),
        Region::block(&[0, 0, 3], &[1, 1, 3]),
        Region::new(vec![Steps { start: 0, count: 5, step: 2 }, Steps::run(0, 1), Steps::run(0, 1)]),
        Region::new(vec![Steps { start: 1, count: 2, step: u64::MAX }, Steps::run(0, 1), Steps::run(0, 1)]),
        Region::block(&[u64::MAX, 0, 0], &[1, 1, 1]),
        Region::block(&[0, 0, 0], &[u64::MAX, u64::MAX, u64::MAX]),
    ];
    for region in outside {
        for name in ["contiguous", "chunked", "texts"] {
            let found = file.read(child(&*file, name)?, &region);
            check(found.is_err(), || format!("{name}: {region:?} was read"))?;
        }
    }
    Ok(())
}

fn blocks(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("blocks").store.begin()?;
    let root = file.root();
    let cube = cube()?;
    let info = DatasetInfo {
        layout: Layout::Chunked(vec![2, 6, 5]),
        filters: vec![Filter::shuffle(), Filter::deflate(4)],
        max_shape: Some(vec![None, Some(6), Some(5)]),
        ..DatasetInfo::new(Dtype::native(Number::U32), Shape::Simple(SHAPE.to_vec()))
    };
    let chunked = file.create_dataset(root, "chunked", &info)?;
    let info = DatasetInfo::new(Dtype::native(Number::U32), Shape::Simple(SHAPE.to_vec()));
    let contiguous = file.create_dataset(root, "contiguous", &info)?;
    let info = DatasetInfo::new(Dtype::TEXT, Shape::Simple(vec![SHAPE[0]]));
    let texts = file.create_dataset(root, "texts", &info)?;
    // Backwards, and by turns, so that nothing depends on the order.
    for plane in (0..SHAPE[0]).rev() {
        let region = Region::block(&[plane, 0, 0], &[1, 6, 5]);
        let part = Value::vector(expected(&region)).reshaped(Shape::Simple(vec![1, 6, 5]))?;
        file.write(chunked, &region, &part)?;
        file.write(contiguous, &region, &part)?;
        file.write(texts, &Region::block(&[plane], &[1]), &Value::texts([format!("plane {plane}")]))?;
        file.create_group(root, &format!("between {plane}"))?;
    }
    let file = file.commit()?;
    same("chunked", &all(&*file, child(&*file, "chunked")?)?, &cube)?;
    same("contiguous", &all(&*file, child(&*file, "contiguous")?)?, &cube)?;
    let found = all(&*file, child(&*file, "texts")?)?;
    let expected: Vec<String> = (0..SHAPE[0]).map(|plane| format!("plane {plane}")).collect();
    same("texts", &found.as_texts()?, &expected.iter().map(String::as_str).collect())
}

fn stepped_writes(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("steps").store.begin()?;
    let root = file.root();
    for layout in [Layout::Contiguous, Layout::Chunked(vec![4, 4, 4])] {
        let name = if layout == Layout::Contiguous { "contiguous" } else { "chunked" };
        let info =
            DatasetInfo { layout, ..DatasetInfo::new(Dtype::native(Number::U32), Shape::Simple(SHAPE.to_vec())) };
        let made = file.create_dataset(root, name, &info)?;
        for region in some_regions() {
            let part = Value::vector(expected(&region)).reshaped(Shape::Simple(region.shape()))?;
            file.write(made, &region, &part)?;
        }
    }
    let file = file.commit()?;
    same("contiguous", &all(&*file, child(&*file, "contiguous")?)?, &cube()?)?;
    same("chunked", &all(&*file, child(&*file, "chunked")?)?, &cube()?)
}

type OffsetAndSize = (Vec<u64>, u64);

fn chunks(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("chunks").store.begin()?;
    let root = file.root();
    let info = DatasetInfo {
        layout: Layout::Chunked(vec![3, 2]),
        ..DatasetInfo::new(Dtype::native(Number::I32), Shape::Simple(vec![7, 4]))
    };
    let part = file.create_dataset(root, "part", &info)?;
    file.write(
        part,
        &Region::block(&[3, 2], &[1, 1]),
        &Value::vector(vec![1i32]).reshaped(Shape::Simple(vec![1, 1]))?,
    )?;
    let whole = file.create_dataset(root, "whole", &info)?;
    let numbers = Value::vector((0..28i32).collect()).reshaped(Shape::Simple(vec![7, 4]))?;
    file.write(whole, &Region::all(&[7, 4]), &numbers)?;
    dataset(&mut *file, root, "contiguous", &numbers)?;
    let file = file.commit()?;
    let sorted = |file: &dyn Backend, name: &str| -> Verdict<Option<Vec<OffsetAndSize>>> {
        let found = file.chunks(child(file, name)?)?;
        Ok(found.map(|chunks| {
            let mut chunks: Vec<_> = chunks.into_iter().map(|chunk| (chunk.offset, chunk.size)).collect();
            chunks.sort();
            chunks
        }))
    };
    same("contiguous", &sorted(&*file, "contiguous")?, &None)?;
    let found = sorted(&*file, "part")?.unwrap_or_default();
    check(found.contains(&(vec![3, 2], 24)), || format!("the chunk that was written is not there: {found:?}"))?;
    let expected = [[0, 0], [0, 2], [3, 0], [3, 2], [6, 0], [6, 2]].map(|offset| (offset.to_vec(), 24)).to_vec();
    same("whole", &sorted(&*file, "whole")?, &Some(expected))
}

fn impossible(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("impossible").store.begin()?;
    let root = file.root();
    let simple = DatasetInfo::new(Dtype::native(Number::I16), Shape::Simple(vec![6, 5]));
    let chunked = |dims: &[u64]| DatasetInfo { layout: Layout::Chunked(dims.to_vec()), ..simple.clone() };
    let infos = [
        ("chunks of another rank", chunked(&[2])),
        ("chunks of no size", chunked(&[0, 5])),
        ("limits of another rank", DatasetInfo { max_shape: Some(vec![None]), ..chunked(&[2, 2]) }),
        ("growth without chunks", DatasetInfo { max_shape: Some(vec![None, Some(5)]), ..simple.clone() }),
        ("limits below the shape", DatasetInfo { max_shape: Some(vec![Some(3), Some(5)]), ..chunked(&[2, 2]) }),
    ];
    for (name, info) in infos {
        refused(name, file.create_dataset(root, "impossible", &info))?;
    }
    file.create_dataset(root, "impossible", &chunked(&[2, 2]))?;
    let file = file.commit()?;
    same("the possible one", &info(&*file, child(&*file, "impossible")?)?.layout, &Layout::Chunked(vec![2, 2]))
}

fn unusual_filters(subject: &Subject<'_>) -> Verdict {
    let mut file = (subject.place)("filters").store.begin()?;
    let root = file.root();
    let numbers = Value::vector((0..1000i32).collect());
    let mut kept = vec![];
    for (id, parameters) in [
        (32000, vec![]),
        (4, vec![4, 16]),
        (5, vec![]),
        (6, vec![2, 0]),
        (32001, vec![2, 2, 4, 0, 5]),
        (65_000, vec![]),
    ] {
        let filter = Filter { id, optional: crate::backend::Optional::Yes, parameters, name: format!("number {id}") };
        let info = DatasetInfo {
            layout: Layout::Chunked(vec![100]),
            filters: vec![filter],
            ..DatasetInfo::new(Dtype::native(Number::I32), Shape::Simple(vec![1000]))
        };
        let name = format!("filter {id}");
        match file.create_dataset(root, &name, &info) {
            Ok(made) => {
                file.write(made, &Region::all(&[1000]), &numbers)?;
                kept.push((name, id));
            }
            Err(error) => {
                check(error.is_limit(), || format!("{error:?}"))?;
                check(error.to_string().contains(&id.to_string()), || format!("the filter is not named: {error}"))?;
                check(error.path() == Some(&format!("/{name}")), || format!("the dataset is not named: {error}"))?;
            }
        }
    }
    let file = file.commit()?;
    kept.iter().try_for_each(|(name, id)| {
        let made = child(&*file, name)?;
        same(name, &info(&*file, made)?.filters.first().map(|filter| filter.id), &Some(*id))?;
        same(name, &all(&*file, made)?, &numbers)
    })
}
