//! What is read without the library is the library's, in forms and with damages in which it easily is not: what the library
//! refuses, or says otherwise, is not read as something.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "strictness/bytes.rs"]
mod bytes;
#[allow(dead_code, reason = "its own tests are not run here")]
#[path = "../src/format/lookup3.rs"]
mod lookup3;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use bytes::{Bytes, Kind};
use hdf5::dataset::AllocTime;
use hdf5::types::{CompoundField, CompoundType, EnumMember, EnumType, IntSize, TypeDescriptor, VarLenUnicode};
use nwb_hdf5::{NewFile, OpenOptions, Route};
use nwb_model::backend::{Address, Attribute, Backend, Link, Node, NodeKind, Store, Transaction};
use nwb_model::dtype::{Dtype, Number};
use nwb_model::selection::Region;
use nwb_model::value::Value;
use nwb_model::{ErrorKind, Result};

/// The oldest form of the file format, or the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Old,
    New,
}

use Form::{New, Old};

/// A file with one object that is looked at, and what is done to it.
struct Case {
    name: &'static str,
    form: Form,
    make: fn(&hdf5::File),
    damage: Option<fn(&mut Bytes)>,
}

const fn whole(name: &'static str, form: Form, make: fn(&hdf5::File)) -> Case {
    Case { name, form, make, damage: None }
}

const fn case(name: &'static str, form: Form, make: fn(&hdf5::File), damage: fn(&mut Bytes)) -> Case {
    Case { name, form, make, damage: Some(damage) }
}

const NUMBERS: [i32; 4] = [1, 2, 3, 4];

fn contiguous(file: &hdf5::File) {
    file.new_dataset_builder().with_data(&NUMBERS).obj_track_times(true).create("d").unwrap();
}

/// Chunks of one element, in a tree of two levels; the first of the second node is at 64 or before.
fn many_chunks(file: &hdf5::File) {
    let data: Vec<i16> = (0..200).collect();
    file.new_dataset_builder().with_data(&data).chunk((1,)).create("d").unwrap();
}

fn filtered(file: &hdf5::File) {
    let data: Vec<i16> = (0..200).collect();
    file.new_dataset_builder().with_data(&data).chunk((50,)).shuffle().deflate(4).create("d").unwrap();
}

fn links(file: &hdf5::File) {
    let group = file.create_group("d").unwrap();
    (0..60).for_each(|n| group.link_soft("/somewhere", &format!("link {n}")).unwrap());
}

fn attributes(file: &hdf5::File) {
    let group = file.create_group("d").unwrap();
    for n in 0..60 {
        group.new_attr::<i32>().create(&*format!("attribute {n}")).unwrap().write_scalar(&n).unwrap();
    }
}

fn texts(file: &hdf5::File) {
    let texts: Vec<VarLenUnicode> = ["one", "", "three"].iter().map(|text| text.parse().unwrap()).collect();
    file.new_dataset_builder().with_data(&texts).create("d").unwrap();
    let group = file.create_group("texts").unwrap();
    group.new_attr::<VarLenUnicode>().create("text").unwrap().write_scalar(&texts[0]).unwrap();
}

fn of_type(file: &hdf5::File, of: TypeDescriptor) {
    file.new_dataset_builder().empty_as(&of).shape(3).create("d").unwrap();
}

fn enumeration(file: &hdf5::File) {
    let member = |name: &str, value| EnumMember { name: name.into(), value };
    let members = vec![member("first", 1), member("second", 2)];
    of_type(file, TypeDescriptor::Enum(EnumType { size: IntSize::U4, signed: true, members }));
}

fn record(file: &hdf5::File) {
    let field =
        |name: &str, offset, index| CompoundField::new(name, TypeDescriptor::Integer(IntSize::U4), offset, index);
    let fields = vec![field("left", 0, 0), field("back", 4, 1)];
    of_type(file, TypeDescriptor::Compound(CompoundType { fields, size: 8 }));
}

/// Chunks that lie one after the other, as many as there may become.
fn row_with_room(file: &hdf5::File) {
    let data = file.new_dataset::<i32>().shape((6..=20, 8..=30)).chunk((4, 4)).alloc_time(Some(AllocTime::Early));
    let data = data.create("d").unwrap();
    let values: Vec<i32> = (0..48).collect();
    data.write_raw(&values).unwrap();
}

fn growing(file: &hdf5::File) {
    file.new_dataset::<i32>().shape(6..).chunk(4).create("d").unwrap();
}

fn one_chunk(file: &hdf5::File) {
    let data: Vec<i32> = (0..40).collect();
    file.new_dataset_builder().with_data(&data).chunk((40,)).create("d").unwrap();
}

fn extensible(file: &hdf5::File) {
    file.new_dataset::<i32>().shape((6.., 8)).chunk((4, 4)).create("d").unwrap();
}

const CASES: &[Case] = &[
    whole("a row of chunks with room to grow", New, row_with_room),
    whole("empty texts and others", Old, texts),
    case("a layout that is said to be shareable", Old, contiguous, |bytes| bytes.message(Kind::LAYOUT).flags(0x40)),
    case("a time of an unknown version", Old, contiguous, |bytes| bytes.message(Kind::TIME).body(0, &[2])),
    case("a count of references in an old header", Old, contiguous, |bytes| bytes.message(Kind::TIME).kind(0x16)),
    case("elements outside the file", Old, contiguous, |bytes| bytes.message(Kind::LAYOUT).body(6, &[1])),
    case("elements beyond the end that the file names", Old, contiguous, |bytes| bytes.set_end(-8)),
    case("chunks beyond the end that the file names", Old, filtered, |bytes| bytes.set_end(-8)),
    case("the root entered in an unknown way", Old, contiguous, |bytes| bytes.put(72, &[9])),
    case("a member without a name", Old, enumeration, |bytes| bytes.replace(b"second", b"\0econd")),
    case("two members of one name", Old, record, |bytes| bytes.replace(b"back", b"left")),
    case("a chunk that begins within another", Old, filtered, |bytes| bytes.chunk_key(1, 51)),
    case("the end of all chunks within one", Old, filtered, |bytes| bytes.chunk_key(4, 201)),
    case("chunks that are looked for elsewhere", Old, many_chunks, |bytes| bytes.chunk_key(1, 10)),
    case("an unknown level of compression", Old, filtered, |bytes| bytes.filter_parameter(1, 99)),
    case("shuffled by no bytes", Old, filtered, |bytes| bytes.filter_parameter(2, 0)),
    case("the name of a filter without an end", Old, filtered, |bytes| bytes.replace(b"shuffle\0", b"shuffled")),
    case("names that are looked for elsewhere", Old, links, Bytes::forget_last_name),
    case("a name that is a path", Old, links, |bytes| bytes.replace(b"link 31", b"link/31")),
    case("an entry that reaches over its heap", Old, texts, |bytes| bytes.heap(8, 4096)),
    case("free room of more bytes than there are numbers", Old, texts, |bytes| bytes.free_room(u64::MAX)),
    case("an empty text of nothing", Old, texts, Bytes::lose_empty_text),
    case("texts of two bytes each", Old, texts, |bytes| bytes.message(Kind::DATATYPE).body(12, &[2])),
    case("a gap beside a message that is nothing", New, links, Bytes::open_gap),
    case("a name that is not the one of its checksum", New, links, |bytes| bytes.replace(b"link 31", b"lank 31")),
    case("the same of attributes", New, attributes, |bytes| bytes.replace(b"attribute 31", b"attribite 31")),
    case("an axis of more than half of all numbers", Old, growing, |bytes| {
        bytes.message(Kind::SPACE).body(15, &[0xff])
    }),
    case("one chunk where there are two", New, one_chunk, |bytes| bytes.message(Kind::LAYOUT).body(5, &[20])),
    case("an index without elements", New, extensible, |bytes| bytes.message(Kind::LAYOUT).body(9, &[0])),
];

fn make(path: &Path, case: &Case) {
    let mut options = hdf5::File::with_options();
    let file = options.with_fapl(|list| if case.form == Old { list.libver_earliest() } else { list.libver_latest() });
    (case.make)(&file.create(path).unwrap());
}

fn open(path: &Path, route: Route) -> Result<Arc<dyn Backend>> {
    OpenOptions::new().objects(route).route(route).open(path)
}

/// Every object that can be reached, and all elements of the datasets.
fn walk(file: &dyn Backend) -> Vec<(Address, Result<Node>, Option<Result<Value>>)> {
    let (mut seen, mut open) = (BTreeSet::from([file.root().0]), vec![file.root()]);
    let mut found = Vec::new();
    while let Some(address) = open.pop() {
        let node = file.node(address);
        let value = match node.as_ref().map(|node| &node.kind) {
            Ok(NodeKind::Dataset(info)) => Some(file.read(address, &Region::all(info.shape.dims()))),
            _ => None,
        };
        if let Ok(NodeKind::Group(links)) = node.as_ref().map(|node| &node.kind) {
            let targets = links.iter().filter_map(|(_, link)| if let Link::Hard(to) = link { Some(*to) } else { None });
            open.extend(targets.filter(|to| seen.insert(to.0)));
        }
        found.push((address, node, value));
    }
    found
}

/// What is read without the library and not as the library has it, and how much is as it has it.
fn differences(path: &Path) -> (Vec<String>, usize) {
    let (mut found, mut same) = (Vec::new(), 0);
    let Ok(direct) = open(path, Route::Direct) else { return (found, same) };
    let library = match open(path, Route::Library) {
        Ok(library) => library,
        Err(error) => {
            let read = walk(&*direct).iter().filter(|(_, node, _)| node.is_ok()).count();
            // The root is what the library has looked at.
            let is_root_read = direct.node(direct.root()).is_ok() && open(path, Route::Fastest).is_ok();
            return (if is_root_read { vec![format!("{read} objects, but: {error}")] } else { found }, same);
        }
    };
    for (address, node, value) in walk(&*direct) {
        let Ok(node) = node else { continue };
        match library.node(address) {
            Err(error) => found.push(format!("{address:?} is read, but: {error}")),
            Ok(there) => {
                let shown = |node: &Node| {
                    let lost: Vec<_> = node.unreadable.iter().map(|lost| lost.name.clone()).collect();
                    format!("{:?} {:?} {lost:?}", node.kind, node.attributes)
                };
                let values = |node: &Node| node.attributes.iter().map(|one| one.value.clone()).collect::<Vec<_>>();
                if shown(&node) != shown(&there) || values(&node) != values(&there) {
                    found.push(format!("{address:?}: {} | {}", shown(&node), shown(&there)));
                }
                same += 1;
            }
        }
        let (Some(Ok(here)), NodeKind::Dataset(info)) = (value, &node.kind) else { continue };
        match library.read(address, &Region::all(info.shape.dims())) {
            Ok(there) if there == here => same += 1,
            Ok(there) => found.push(format!("the elements of {address:?}: {here:?} | {there:?}")),
            Err(error) => found.push(format!("the elements of {address:?} are read, but: {error}")),
        }
    }
    (found, same)
}

#[test]
fn what_the_library_refuses_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut failed = Vec::new();
    for case in CASES {
        let path = folder.path().join("file.h5");
        make(&path, case);
        let (found, same) = differences(&path);
        assert!(found.is_empty() && same > 1, "{}, undamaged: {same} the same, {}", case.name, found.join("\n"));
        let good = fs::read(&path).unwrap();
        let mut bytes = Bytes::new(good.clone(), object(&path));
        let Some(damage) = case.damage else { continue };
        damage(&mut bytes);
        assert!(bytes.all() != good, "{} is no damage", case.name);
        fs::write(&path, bytes.all()).unwrap();
        let (found, _) = differences(&path);
        failed.extend(found.iter().map(|found| format!("{}: {found}", case.name)));
        fs::remove_file(&path).unwrap();
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Where the object is that is looked at.
fn object(path: &Path) -> usize {
    let file = open(path, Route::Library).unwrap();
    let NodeKind::Group(links) = file.node(file.root()).unwrap().kind else { panic!("the root is no group") };
    let found = links.iter().find_map(|(name, link)| match link {
        Link::Hard(address) if name == "d" => usize::try_from(address.0).ok(),
        _ => None,
    });
    found.unwrap()
}

/// What the library does not survive.
const FATAL: &[Case] = &[
    // It goes round for ever, and takes memory each time.
    case("a list of free names that comes back to where it was", Old, links, Bytes::turn_free_names_round),
    // It looks for it in a table that there is not, and divides by the length of a record.
    case("an attribute shared with nobody", New, attributes, |bytes| bytes.behind(b"BTLF", 6 + 8, &[2])),
    case("records of no bytes", New, attributes, |bytes| bytes.behind(b"BTHD", 10, &[0, 0])),
];

#[test]
fn the_library_is_not_asked_for_what_it_does_not_survive() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.h5");
    for case in FATAL {
        for is_root in [false, true] {
            make(&path, case);
            let root = open(&path, Route::Library).unwrap().root();
            let place = if is_root { usize::try_from(root.0).unwrap() } else { object(&path) };
            if is_root && case.form == New {
                continue;
            }
            let mut bytes = Bytes::new(fs::read(&path).unwrap(), place);
            case.damage.unwrap()(&mut bytes);
            fs::write(&path, bytes.all()).unwrap();
            let found = open(&path, Route::Fastest).and_then(|file| file.node(Address(place as u64)));
            assert_eq!(found.unwrap_err().kind(), ErrorKind::Malformed, "{}", case.name);
        }
    }
}

/// Texts that are one in another without end, or all the same, take neither time nor memory without end.
#[test]
fn texts_that_are_all_the_same_are_not_read_over_and_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.h5");
    let file = hdf5::File::with_options().with_fapl(|list| list.libver_earliest()).create(&path).unwrap();
    let mut texts: Vec<VarLenUnicode> = vec!["".parse().unwrap(); 2000];
    texts[0] = "x".repeat(1 << 20).parse().unwrap();
    file.new_attr::<VarLenUnicode>().shape(2000).create("texts").unwrap().write(&texts).unwrap();
    drop(file);
    let mut bytes = fs::read(&path).unwrap();
    let long = (1u32 << 20).to_le_bytes();
    let heap = |at: usize| usize::try_from(u64::from_le_bytes(bytes[at + 4..at + 12].try_into().unwrap())).unwrap();
    let is_first = |at: &usize| {
        bytes[*at..].starts_with(&long) && bytes.get(heap(*at)..).is_some_and(|bytes| bytes.starts_with(b"GCOL"))
    };
    let at = (0..bytes.len() - 16).find(is_first).unwrap();
    for n in 1..2000 {
        bytes.copy_within(at..at + 16, at + 16 * n);
    }
    fs::write(&path, bytes).unwrap();
    let file = open(&path, Route::Fastest).unwrap();
    let node = file.node(file.root()).unwrap();
    assert_eq!(node.unreadable.iter().map(|lost| &*lost.name).collect::<Vec<_>>(), ["texts"]);
    assert_eq!(node.unreadable[0].error.kind(), ErrorKind::Malformed);
}

/// A header that many attributes refer to is not read as often as they do.
#[test]
fn a_long_named_datatype_is_not_read_over_and_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.nwb");
    let mut file = NewFile::new(&path).begin().unwrap();
    let (root, of) = (file.root(), Dtype::native(Number::I32));
    let named = file.create_datatype(root, "named", &of).unwrap();
    let group = file.create_group(root, "group").unwrap();
    let set = |file: &mut Box<dyn Transaction>, object, name: String, value, named_type| {
        file.set_attribute(object, &Attribute { name, value, named_type }).unwrap();
    };
    for n in 0..40 {
        set(&mut file, named, format!("long {n}"), Value::vector(vec![n; 15_000]), None);
        set(&mut file, group, format!("of it {n}"), Value::from(n), Some(named));
    }
    drop(file.commit().unwrap());
    assert_eq!(open(&path, Route::Direct).unwrap().node(group).unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(open(&path, Route::Fastest).unwrap().node(group).unwrap().attributes.len(), 40);
}
