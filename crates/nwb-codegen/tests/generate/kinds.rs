//! Every kind of slot, in a namespace that stands alone.

use nwb_codegen::nwb_schema::{Catalog, yaml};
use nwb_codegen::{GeneratedFile, Layout, Overlay, generate};

use crate::rust::{fields, folder, functions, lab, options, text};

fn files(layout: Layout) -> Vec<GeneratedFile> {
    let release = yaml::folder(&folder("lab"), "lab").unwrap();
    let catalog = Catalog::builder().add(release).build().unwrap();
    let overlay = std::fs::read_to_string(folder("lab").join("overlay.toml")).unwrap();
    let overlay = Overlay::parse(&overlay, "overlay.toml").unwrap();
    generate(&catalog, &["lab"], &overlay, &options(layout)).unwrap()
}

fn tree() -> Vec<GeneratedFile> {
    files(Layout::Tree { module: "crate::types".to_owned() })
}

#[test]
fn every_kind_of_slot() {
    let files = tree();
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["types.rs", "types/lab.rs", "types/lab/lab_base.rs", "types/lab/lab_rig.rs", "types/set.rs"]);
    for file in &files {
        syn::parse_file(&file.text).unwrap();
        insta::assert_snapshot!(file.path.replace('/', "-"), file.text);
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(tree(), tree());
}

#[test]
fn what_is_required_and_unknown_is_asked_for() {
    let files = tree();
    let rig = text(&files, "types/lab/lab_rig.rs");
    let expected = [
        "name",          // no default name
        "maker",         // required attribute; `version` is fixed, `count` has a default, `built` is derived
        "corners",       // required list
        "main_lamp",     // required reference
        "title",         // required dataset
        "movie",         // required dataset, and
        "gain",          // its required attribute, renamed; `unit` is fixed
        "timing",        // instead of `time` and `rate`
        "traces",        // at least one
        "lamp",          // required object
        "parts_made_of", // required attribute of a required group
        "owner",         // required link
    ];
    assert_eq!(fields(rig, "RigInit"), expected);
    // What the subtype fixes or gives a default is gone, what it makes required is there.
    let expected: Vec<&str> = expected.into_iter().filter(|name| !["maker", "title"].contains(name)).collect();
    let mut small = fields(rig, "SmallRigInit");
    small.retain(|name| !["height", "words"].contains(&name.as_str()));
    assert_eq!(small, expected);
    assert!(rig.contains("pub timing: ::own::Times"), "the choice that replaces the inherited one");
    assert!(!rig.contains("struct BoxInit"), "a type with a fixed name and nothing required");
}

#[test]
fn a_subtype_repeats_nothing() {
    let files = tree();
    let rig = text(&files, "types/lab/lab_rig.rs");
    let of = |name: &str| -> Vec<String> {
        functions(rig).into_iter().filter_map(|it| it.strip_prefix(&format!("{name}::")).map(str::to_owned)).collect()
    };
    assert_eq!(of("SmallRig"), ["new", "height"]);
    assert_eq!(of("SmallRigSet"), ["height"]);
    let (accessors, setters) = (of("Rig"), of("RigSet"));
    for fixed in ["version", "movie_unit"] {
        assert!(accessors.contains(&fixed.to_owned()) && !setters.contains(&fixed.to_owned()), "{fixed}");
    }
    for chosen in ["time", "rate"] {
        assert!(accessors.contains(&chosen.to_owned()) && !setters.contains(&chosen.to_owned()), "{chosen}");
    }
    assert!(setters.contains(&"timing".to_owned()) && !accessors.contains(&"timing".to_owned()));
    assert!(!setters.contains(&"script_file_name".to_owned()), "it goes with `script`");
    assert!(setters.contains(&"script_language".to_owned()));
}

#[test]
fn one_file_has_all_of_it() {
    let files = files(Layout::OneFile { name: "lab.rs".to_owned() });
    let [file] = files.as_slice() else { panic!("one file") };
    let mut all = functions(&file.text);
    let mut of_tree: Vec<String> = tree().iter().flat_map(|file| functions(&file.text)).collect();
    all.sort();
    of_tree.sort();
    assert_eq!(all, of_tree);
    assert!(!file.text.contains("\n//!"), "such a file cannot be included");
}

#[test]
fn a_name_of_the_runtime_gives_way_to_one_of_the_schema() {
    let text = lab(
        "groups:\n- {neurodata_type_def: Draft, doc: A draft., attributes: [{name: kind, dtype: text, doc: Its kind.}]}\n",
        "",
    )
    .unwrap();
    assert!(text.contains("pub fn new(init: DraftInit) -> ::nwb_model::draft::Draft<Self>"), "{text}");
    assert!(text.contains("impl<T: IsA<Draft>> DraftSet for ::nwb_model::draft::Draft<T> {}"), "{text}");
}
