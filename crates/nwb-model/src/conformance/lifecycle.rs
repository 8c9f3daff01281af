//! Beginning, committing, dropping.

use std::sync::Arc;

use super::{Case, Existing, Failure, Subject, Verdict, all, attribute, check, child, dataset, info, refused, same};
use crate::backend::{Address, Backend, DatasetInfo, NodeKind, Store};
use crate::dtype::{Dtype, Number};
use crate::error::{ErrorKind, Result};
use crate::selection::Region;
use crate::value::{Shape, Value};

pub(super) const CASES: &[Case] = &[
    Case { name: "an empty file", run: empty_file },
    Case { name: "what is committed can be opened again, and twice", run: opens_again },
    Case { name: "dropping without commit leaves nothing", run: dropped },
    Case { name: "a second file in the same place", run: second_file },
    Case { name: "a new version where the file lies, and a conflict", run: new_version },
    Case { name: "two files at the same time", run: two_at_once },
    Case { name: "addresses without an object", run: bad_addresses },
    Case { name: "many threads read", run: threads },
    Case { name: "a refusal spoils nothing", run: goes_on_after_refusals },
];

fn empty_file(subject: &Subject<'_>) -> Verdict {
    let place = (subject.place)("empty");
    let file = place.store.begin()?.commit()?;
    let root = file.node(file.root())?;
    check(matches!(&root.kind, NodeKind::Group(links) if links.is_empty()), || format!("{root:?}"))?;
    check(root.attributes.is_empty(), || format!("{:?}", root.attributes))?;
    check(!file.label().is_empty(), || "the file has no label".into())
}

/// A file with one dataset, `numbers`.
fn with_numbers(store: &dyn Store, numbers: Vec<i32>) -> Result<Arc<dyn Backend>, Failure> {
    let mut file = store.begin()?;
    let root = file.root();
    dataset(&mut *file, root, "numbers", &Value::vector(numbers))?;
    Ok(file.commit()?)
}

fn numbers(file: &dyn Backend) -> Verdict<Vec<i32>> {
    Ok(all(file, child(file, "numbers")?)?.to_vec()?)
}

fn opens_again(subject: &Subject<'_>) -> Verdict {
    let place = (subject.place)("again");
    let first = with_numbers(&*place.store, vec![1, 2, 3])?;
    let (second, third) = ((place.open)()?, (place.open)()?);
    drop(first);
    same("second", &numbers(&*second)?, &vec![1, 2, 3])?;
    drop(second);
    same("third", &numbers(&*third)?, &vec![1, 2, 3])
}

fn dropped(subject: &Subject<'_>) -> Verdict {
    let place = (subject.place)("dropped");
    let mut file = place.store.begin()?;
    let root = file.root();
    dataset(&mut *file, root, "numbers", &Value::vector(vec![0u8; 100_000]))?;
    check((place.open)().is_err(), || "the file can be opened before it is committed".into())?;
    drop(file);
    check((place.open)().is_err(), || "the file can be opened although it was dropped".into())?;
    same("after a new start", &numbers(&*with_numbers(&*place.store, vec![7])?)?, &vec![7])
}

fn second_file(subject: &Subject<'_>) -> Verdict {
    let place = (subject.place)("second");
    let mut early = place.store.begin()?;
    let root = early.root();
    dataset(&mut *early, root, "numbers", &Value::vector(vec![2]))?;
    let first = with_numbers(&*place.store, vec![1])?;
    match subject.existing {
        Existing::Refused => {
            let late = place.store.begin();
            check(late.is_err_and(|error| error.is_caller_fault()), || "a second file was begun".into())?;
            refused("committing over another file", early.commit())?;
            same("the first file, opened again", &numbers(&*(place.open)()?)?, &vec![1])?;
        }
        Existing::Replaced => {
            same("the second file", &numbers(&*early.commit()?)?, &vec![2])?;
            same("the second file, opened again", &numbers(&*(place.open)()?)?, &vec![2])?;
            same("the third file", &numbers(&*with_numbers(&*place.store, vec![3])?)?, &vec![3])?;
        }
    }
    same("the first file", &numbers(&*first)?, &vec![1])
}

fn new_version(subject: &Subject<'_>) -> Verdict {
    let place = (subject.place)("version");
    let first = with_numbers(&*place.store, vec![1])?;
    let mut late = first.store()?.begin()?;
    let second = with_numbers(&*first.store()?, vec![2])?;
    same("the first version", &numbers(&*first)?, &vec![1])?;
    same("the second version", &numbers(&*second)?, &vec![2])?;
    same("the second version, opened again", &numbers(&*(place.open)()?)?, &vec![2])?;
    let conflict = |what: &str, outcome: Result<Arc<dyn Backend>>| match outcome {
        Err(error) if error.kind() == ErrorKind::Conflict => Ok(()),
        other => Err(Failure::new(format!("{what}: expected a conflict, found {other:?}"))),
    };
    let root = late.root();
    dataset(&mut *late, root, "numbers", &Value::vector(vec![3]))?;
    conflict("a transaction from before the second version", late.commit())?;
    conflict("a transaction from after it", first.store().and_then(|store| store.begin()?.commit()))?;
    same("after the conflicts", &numbers(&*(place.open)()?)?, &vec![2])?;
    let opened = (place.open)()?;
    same("the third version", &numbers(&*with_numbers(&*opened.store()?, vec![4])?)?, &vec![4])
}

fn two_at_once(subject: &Subject<'_>) -> Verdict {
    let (left, right) = ((subject.place)("left"), (subject.place)("right"));
    let (mut one, mut other) = (left.store.begin()?, right.store.begin()?);
    for index in 0..20u32 {
        let (one_root, other_root) = (one.root(), other.root());
        dataset(&mut *one, one_root, &format!("n{index}"), &Value::scalar(index))?;
        dataset(&mut *other, other_root, &format!("n{index}"), &Value::scalar(1000 + index))?;
    }
    let (one, other) = (one.commit()?, other.commit()?);
    for index in 0..20u32 {
        let name = format!("n{index}");
        same(&name, &all(&*one, child(&*one, &name)?)?.as_scalar()?, &index)?;
        same(&name, &all(&*other, child(&*other, &name)?)?.as_scalar()?, &(1000 + index))?;
    }
    Ok(())
}

fn bad_addresses(subject: &Subject<'_>) -> Verdict {
    let place = (subject.place)("addresses");
    let file = with_numbers(&*place.store, (0..1000).collect())?;
    let good = [file.root(), child(&*file, "numbers")?];
    let near = (0..2000).chain(good.iter().flat_map(|address| address.0.saturating_sub(40)..address.0 + 40));
    let far = [u64::MAX, u64::MAX - 1, u64::MAX / 2, 1 << 40, 1 << 62];
    for address in near.chain(far).map(Address).filter(|address| !good.contains(address)) {
        check(file.node(address).is_err(), || format!("{address:?} is said to be an object"))?;
        let region = Region::all(&[1000]);
        check(file.read(address, &region).is_err(), || format!("{address:?} is said to be a dataset"))?;
    }
    check(file.read(file.root(), &Region::all(&[])).is_err(), || "a group was read".into())?;
    check(file.chunks(file.root()).is_err(), || "a group has chunks".into())?;
    same("after all that", &numbers(&*file)?.len(), &1000)
}

fn threads(subject: &Subject<'_>) -> Verdict {
    let place = (subject.place)("threads");
    let mut file = place.store.begin()?;
    let root = file.root();
    for index in 0..8u64 {
        let values: Vec<u64> = (0..5000).map(|n| index * 10_000 + n).collect();
        dataset(&mut *file, root, &format!("n{index}"), &Value::vector(values))?;
    }
    let file = file.commit()?;
    let read = |index: u64| -> Verdict {
        for start in 0..50 {
            let address = child(&*file, &format!("n{index}"))?;
            let part = file.read(address, &Region::block(&[start * 100], &[100]))?.to_vec::<u64>()?;
            let expected: Vec<u64> = (0..100).map(|n| index * 10_000 + start * 100 + n).collect();
            same("a part", &part, &expected)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let read = &read;
        let running: Vec<_> = (0..8).map(|index| scope.spawn(move || read(index))).collect();
        running
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or_else(|_| Err(Failure::new("a thread panicked"))))
    })
}

fn goes_on_after_refusals(subject: &Subject<'_>) -> Verdict {
    let place = (subject.place)("refusals");
    let mut file = place.store.begin()?;
    let root = file.root();
    let made = dataset(&mut *file, root, "numbers", &Value::vector(vec![1i32, 2, 3]))?;
    file.set_attribute(root, &attribute("here", Value::scalar(1u8)))?;
    refused("a name that is taken", file.create_group(root, "numbers"))?;
    refused("an attribute that is there", file.set_attribute(root, &attribute("here", Value::scalar(2u8))))?;
    refused("a child of a dataset", file.create_group(made, "child"))?;
    let unknown = Address(123_456_789);
    refused("a child of nothing", file.create_group(unknown, "child"))?;
    refused("an attribute of nothing", file.set_attribute(unknown, &attribute("a", Value::scalar(1u8))))?;
    refused("a write to a group", file.write(root, &Region::all(&[]), &Value::scalar(1u8)))?;
    refused("another type", file.write(made, &Region::all(&[3]), &Value::vector(vec![1i64, 2, 3])))?;
    refused("another shape", file.write(made, &Region::all(&[3]), &Value::vector(vec![1i32, 2])))?;
    refused("outside", file.write(made, &Region::block(&[2], &[3]), &Value::vector(vec![1i32, 2, 3])))?;
    let two = Value::vector(vec![1i32, 2, 3]).reshaped(Shape::Simple(vec![1, 3]))?;
    refused("another rank", file.write(made, &Region::all(&[1, 3]), &two))?;
    let named = DatasetInfo { named_type: Some(made), ..DatasetInfo::new(Dtype::native(Number::I32), Shape::Scalar) };
    refused("a dataset as a named type", file.create_dataset(root, "named", &named))?;
    file.create_group(root, "afterwards")?;
    let file = file.commit()?;
    same("the numbers", &numbers(&*file)?, &vec![1, 2, 3])?;
    let node = file.node(file.root())?;
    let NodeKind::Group(links) = node.kind else { return Err(Failure::new("the root is no group")) };
    let names: Vec<&str> = links.iter().map(|(name, _)| name.as_str()).collect();
    same("the names", &names, &vec!["afterwards", "numbers"])?;
    same("the attributes", &node.attributes.len(), &1)?;
    same("the dataset", &info(&*file, child(&*file, "numbers")?)?.shape, &Shape::Simple(vec![3]))
}
