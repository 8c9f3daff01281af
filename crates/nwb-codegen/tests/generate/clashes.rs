//! What cannot be generated, and what is said then.

use crate::rust::lab;

const CLASH: &str = "
groups:
- neurodata_type_def: Rig
  doc: A rig.
  attributes:
  - {name: movie_unit, dtype: text, doc: One., required: false}
  datasets:
  - {name: movie, dtype: float32, shape: [null], doc: Two., quantity: '?', attributes: [{name: unit, dtype: text, doc: Three., required: false}]}
- neurodata_type_def: SmallRig
  neurodata_type_inc: Rig
  doc: A small rig.
";

fn error(source: &str, overlay: &str) -> String {
    match lab(source, overlay) {
        Ok(text) => panic!("generated {text}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn two_slots_of_one_name() {
    assert_eq!(
        error(CLASH, ""),
        "lab.Rig: the accessors of \"movie@unit\" and of \"@movie_unit\" would both be `movie_unit` (give one of them another \
         name in the overlay: [lab.Rig] names = { \"movie@unit\" = \"...\" })"
    );
    assert!(lab(CLASH, "[lab.Rig]\nnames = { \"movie@unit\" = \"unit\" }").is_ok());
}

#[test]
fn a_slot_with_the_name_of_an_inherited_one() {
    let source = CLASH.replace("name: movie_unit", "name: weight").replace(
        "  doc: A small rig.",
        "  doc: A small rig.\n  groups:\n  - {name: movie_unit, neurodata_type_inc: Rig, doc: Four., quantity: '?'}",
    );
    assert_eq!(
        error(&source, ""),
        "lab.SmallRig: the accessors of \"movie_unit\" and of \"movie@unit\" of lab.Rig would both be `movie_unit` (give one of \
         them another name in the overlay: [lab.SmallRig] names = { \"movie_unit\" = \"...\" })"
    );
}

#[test]
fn two_types_of_one_name() {
    let source = "groups:\n- {neurodata_type_def: LEDLamp, doc: One.}\n- {neurodata_type_def: LedLamp, doc: Two.}\n";
    assert_eq!(
        error(source, ""),
        "the types lab.LEDLamp and lab.LedLamp would both have the Rust name `LedLamp` (give one of them another name in the \
         overlay: [lab.LedLamp] name = \"...\")"
    );
    let source = "groups:\n- {neurodata_type_def: Lamp, doc: One.}\n- {neurodata_type_def: LampInit, doc: Two.}\n";
    assert!(error(source, "").contains("`LampInit`"));
    assert!(error("groups:\n- {neurodata_type_def: Option, doc: One.}\n", "").contains("[lab.Option] name = \"...\""));
}

#[test]
fn an_overlay_that_speaks_of_nothing() {
    let overlay = |overlay: &str| error(&CLASH.replace("name: movie_unit", "name: weight"), overlay);
    assert_eq!(overlay("[lib.Rig]\nname = \"R\""), "[lib.Rig]: there is no namespace lib");
    assert_eq!(overlay("[lab.Rigg]\nname = \"R\""), "[lab.Rigg]: the namespace lab defines no type Rigg");
    assert_eq!(
        overlay("[lab.Rig]\nnames = { \"@unit\" = \"unit\" }"),
        "[lab.Rig] names: lab.Rig has no slot \"@unit\" (it has \"movie@unit\")"
    );
    assert_eq!(
        overlay("[lab.SmallRig]\nnames = { \"movie@unit\" = \"unit\" }"),
        "[lab.SmallRig] names: \"movie@unit\" is declared in lab.Rig (write it under [lab.Rig])"
    );
    assert_eq!(
        overlay("[lab.Rig]\nflatten = [\"movie\"]"),
        "[lab.Rig] flatten: lab.Rig has no untyped group \"movie\""
    );
    assert_eq!(
        overlay("[lab.Rig]\ntexts = [\"movie\"]"),
        "[lab.Rig] texts: \"movie\" is no untyped dataset of texts along one axis"
    );
    assert_eq!(overlay("[lab.Rig]\nderived = [\"gone\"]"), "[lab.Rig] derived: lab.Rig has no slot \"gone\"");
    let one_of = |slot: &str, ty: &str| {
        overlay(&format!("[lab.Rig.one_of.timing]\ntype = {ty:?}\nslots = [{slot:?}]\ndoc = \"Times.\""))
    };
    assert_eq!(one_of("gone", "T"), "[lab.Rig] one_of.timing: lab.Rig has no slot \"gone\"");
    assert_eq!(one_of("movie", "T<"), "[lab.Rig] one_of.timing: \"T<\" is no path of a type");
    let unknown = overlay("[lab.Rig]\nflaten = []");
    assert!(unknown.starts_with("overlay.toml: ") && unknown.contains("flaten"), "{unknown}");
}

#[test]
fn names_that_are_none() {
    let overlay = "[lab.Rig]\nnames = { \"movie\" = \"the movie\" }";
    assert!(error(&CLASH.replace("name: movie_unit", "name: weight"), overlay).contains("the movie"));
}
