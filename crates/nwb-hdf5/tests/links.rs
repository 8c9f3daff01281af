//! Links to other files: where they lead, how often those files are opened, and what becomes of them in a copy.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use nwb_hdf5::{NewFile, OpenOptions, Overwrite, open};
use nwb_model::ErrorKind;
use nwb_model::backend::{DatasetInfo, Link, Store};
use nwb_model::copy::copy_tree;
use nwb_model::dtype::{Dtype, Number};
use nwb_model::selection::Region;
use nwb_model::tree::Object;
use nwb_model::value::{Shape, Value};

/// A file with a group of one dataset, and links `(name, file, path)`.
fn write(path: &Path, number: i32, links: &[(&str, &str, &str)]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut file = NewFile::new(path).overwrite(Overwrite::Yes).begin().unwrap();
    let root = file.root();
    let group = file.create_group(root, "group").unwrap();
    let info = DatasetInfo::new(Dtype::native(Number::I32), Shape::Simple(vec![1]));
    let data = file.create_dataset(group, "data", &info).unwrap();
    file.write(data, &Region::all(&[1]), &Value::vector(vec![number])).unwrap();
    for (name, target, path) in links {
        file.link(root, name, &Link::External { file: (*target).into(), path: (*path).into() }).unwrap();
    }
    file.commit().unwrap();
}

fn root_of(path: &Path) -> Object {
    Object::root_of(open(path).unwrap())
}

fn number(object: &Object) -> i32 {
    object.dataset().unwrap().read_value(..).unwrap().as_slice::<i32>().unwrap()[0]
}

#[test]
fn a_file_is_opened_once_whatever_it_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b] = ["a.nwb", "raw/b.nwb"].map(|name| folder.path().join(name));
    let absolute = b.display().to_string();
    let names = ["raw/b.nwb", "./raw/b.nwb", "raw/../raw//b.nwb", "other name.nwb", &absolute, "raw\\b.nwb"];
    let links: Vec<_> =
        ["1", "2", "3", "4", "5", "6"].into_iter().zip(names).map(|(n, name)| (n, name, "/group")).collect();
    write(&a, 1, &links);
    write(&b, 2, &[("back", "../a.nwb", "/"), ("itself", "b.nwb", "group")]);
    symlink(&b, folder.path().join("other name.nwb")).unwrap();

    // One linked file may be open, so each further opening would fail.
    let root = Object::root_of(OpenOptions::new().max_linked_files(1).open(&a).unwrap());
    let found: Vec<Object> =
        root.children().unwrap().filter(|(name, _)| *name != "group").map(|(_, o)| o.unwrap()).collect();
    assert_eq!(found.len(), 6);
    for object in &found {
        assert_eq!(*object, found[0]);
        assert_eq!((object.path(), number(&object.child("data").unwrap().unwrap())), ("/group", 2));
        assert!(object.file().ends_with("raw/b.nwb") && !object.is_in_file_of(&root));
    }
    let other = found[0].root();
    assert_eq!(other.child("itself").unwrap().unwrap(), found[0]);
    assert_eq!(other.child("back").unwrap().unwrap(), root, "the file that was opened first");
    assert_eq!(root.get("1/../../group").err().map(|error| error.kind()), Some(ErrorKind::NotFound));
    let around = other.get("back/1/data").unwrap();
    assert_eq!(number(&around), 2);
    // The file is in use, and with it all that links have opened.
    drop((root, found, other));
    assert_eq!((number(&around), around.path()), (2, "/group/data"));
}

#[test]
fn nothing_is_opened_before_it_is_asked_for_and_all_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b] = ["a.nwb", "b.nwb"].map(|name| folder.path().join(name));
    write(&a, 1, &[("b", "b.nwb", "/"), ("group of b", "b.nwb", "/group")]);
    write(&b, 2, &[("a", "a.nwb", "/")]);
    let is_open = |path: &Path| {
        let open =
            fs::read_dir("/proc/self/fd").unwrap().flatten().filter_map(|entry| fs::read_link(entry.path()).ok());
        open.filter(|open| open == path).count()
    };
    if !Path::new("/proc/self/fd").exists() {
        return;
    }
    let real = b.canonicalize().unwrap();
    let root = root_of(&a);
    assert_eq!(root.links().unwrap().len(), 3);
    assert_eq!(is_open(&real), 0);
    let back = root.get("b/a/b/a").unwrap();
    assert_eq!(is_open(&real), 1);
    assert_eq!(back, root);
    drop((root, back));
    assert_eq!(is_open(&real), 0, "files whose links run in a circle are closed");
    assert_eq!(is_open(&a.canonicalize().unwrap()), 0);
}

#[test]
fn what_a_link_does_not_reach_is_told_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.nwb");
    write(&folder.path().join("there.nwb"), 5, &[("circle", "a.nwb", "/g circle")]);
    fs::write(folder.path().join("text.nwb"), "no HDF5").unwrap();
    fs::create_dir(folder.path().join("folder.nwb")).unwrap();
    let good = fs::read(folder.path().join("there.nwb")).unwrap();
    fs::write(folder.path().join("cut.nwb"), &good[..good.len() / 2]).unwrap();
    let cases = [
        ("a", "no such file.nwb", "/group", "there is no such file"),
        ("b", "there.nwb", "/group/dta", "did you mean \"data\"?"),
        ("c", "text.nwb", "/group", "not an HDF5 file"),
        ("d", "folder.nwb", "/group", "this is no file"),
        ("e", "cut.nwb", "/group", "cut short"),
        ("g circle", "there.nwb", "/circle", "circle"),
        ("h", "no such file.nwb", "/group", "there is no such file"),
    ];
    write(&path, 1, &cases.map(|(name, file, path, _)| (name, file, path)));
    let root = root_of(&path);
    let mut reached = 0;
    for (name, child) in root.children().unwrap() {
        let Some((_, file, _, words)) = cases.iter().find(|(case, ..)| *case == name) else {
            assert_eq!(child.unwrap().path(), "/group");
            reached += 1;
            continue;
        };
        let error = child.unwrap_err();
        assert!(error.is_dangling_link() && error.is_file_fault(), "{name}: {error:?}");
        let text = error.to_string();
        assert!(text.contains(words) && text.contains(file) && !text.contains('\n'), "{name}: {text}");
    }
    assert_eq!(reached, 1);
    assert_eq!(root.descendants().unwrap().len(), 3);
}

#[test]
fn links_can_be_kept_within_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    write(&home.join("inside/b.nwb"), 2, &[("out", "../../secret.nwb", "/group"), ("near", "../c.nwb", "/group")]);
    write(&home.join("c.nwb"), 3, &[]);
    write(&folder.path().join("secret.nwb"), 4, &[]);
    symlink(folder.path().join("secret.nwb"), home.join("harmless.nwb")).unwrap();
    symlink(folder.path(), home.join("subfolder")).unwrap();
    let absolute = folder.path().join("secret.nwb").display().to_string();
    let path = home.join("a.nwb");
    let outside =
        ["../secret.nwb", "harmless.nwb", "subfolder/secret.nwb", &absolute, "inside/../../secret.nwb", "../none.nwb"];
    let names = ["1", "2", "3", "4", "5", "6"];
    let mut links: Vec<_> = names.into_iter().zip(outside).map(|(name, file)| (name, file, "/group")).collect();
    links.push(("inside", "inside/b.nwb", "/"));
    write(&path, 1, &links);
    let options = OpenOptions::new().links_within(&home);
    let root = Object::root_of(options.open(&path).unwrap());
    for name in names {
        let error = root.child(name).unwrap_err();
        assert!(error.is_limit() && error.to_string().contains("outside"), "{name}: {error:?}");
    }
    assert_eq!(number(&root.get("inside/group/data").unwrap()), 2);
    assert_eq!(number(&root.get("inside/near/data").unwrap()), 3);
    assert!(root.get("inside/out/data").unwrap_err().is_limit());
    assert!(OpenOptions::new().links_within(home.join("none")).open(&path).unwrap_err().is_system());
    let free = root_of(&path);
    assert_eq!(number(&free.get("2/data").unwrap()), 4);
    assert!(free.child("6").unwrap_err().is_dangling_link());

    let few = Object::root_of(OpenOptions::new().max_linked_files(1).open(&path).unwrap());
    assert!(few.child("inside").is_ok());
    let error = few.child("1").unwrap_err();
    assert!(error.is_limit() && error.to_string().contains("no more files"), "{error}");
}

#[test]
fn a_copy_in_another_folder_leads_to_the_same_objects() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("raw/day 1/b%20ü.nwb"), 2, &[]);
    let absolute = at("raw/day 1/b%20ü.nwb").canonicalize().unwrap().display().to_string();
    let links = [
        ("relative", "raw/day 1/b%20ü.nwb", "/group"),
        ("absolute", &absolute, "/group/data"),
        ("itself", "a.nwb", "/group"),
        ("missing", "raw/gone.nwb", "/group"),
    ];
    write(&at("a.nwb"), 1, &links);
    let names = |object: &Object| -> Vec<String> {
        let external = |(_, link): &(String, Link)| match link {
            Link::External { file, .. } => Some(file.clone()),
            _ => None,
        };
        object.links().unwrap().iter().filter_map(external).collect()
    };
    let before = names(&root_of(&at("a.nwb")));
    fs::create_dir_all(at("elsewhere/deep")).unwrap();
    let relative = ["../../raw/day 1/b%20ü.nwb", "../../a.nwb", "../../raw/gone.nwb", "../../raw/day 1/b%20ü.nwb"];
    for (copy, expected) in
        [("copy.nwb", before.clone()), ("elsewhere/deep/c.nwb", relative.map(String::from).to_vec())]
    {
        let from = open(at("a.nwb")).unwrap();
        let mut to = NewFile::new(at(copy)).begin().unwrap();
        copy_tree(&*from, &mut *to, &mut |_| {}).unwrap();
        let root = Object::root_of(to.commit().unwrap());
        assert_eq!(names(&root), expected, "{copy}");
        assert_eq!(number(&root.get("relative/data").unwrap()), 2);
        assert_eq!(number(&root.get("absolute").unwrap()), 2);
        assert_eq!(number(&root.get("itself/data").unwrap()), 1);
        assert!(root.child("missing").unwrap_err().is_dangling_link());
    }
}
