//! `nwb spec`: what is in a schema.

use crate::files::{demo, odd};
use crate::{ended, json};

fn spec(args: &[&str]) -> String {
    let (code, out, err) = ended([&["spec"], args].concat());
    assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
    out
}

#[test]
fn types_for_people() {
    insta::assert_snapshot!("plane_segmentation", spec(&["PlaneSegmentation"]));
    insta::assert_snapshot!("vector_data", spec(&["--embedded", "VectorData"]));
    insta::assert_snapshot!("embedded", spec(&["--embedded"]));
    let own = spec(&[demo().to_str().unwrap(), "PlaneSegmentation"]);
    assert_eq!(own.replace("cached in the file", "built in"), spec(&["PlaneSegmentation"]));
}

#[test]
fn types_for_programs() {
    let all = json(["spec", "--json", demo().to_str().unwrap()]);
    let namespaces = all["namespaces"].as_array().unwrap();
    let catalog = nwb::schema::embedded::catalog();
    assert_eq!(namespaces.len(), catalog.namespaces().count());
    let types: usize = namespaces.iter().map(|one| one["types"].as_array().unwrap().len()).sum();
    assert_eq!(types, catalog.types().len());
    assert!(namespaces.iter().any(|one| one["name"] == "core" && one["cached"] == true));
    // Every field that the type has, and of the inherited ones whose they are.
    let one = json(["spec", "--json", "TwoPhotonSeries"]);
    let field =
        |name: &str| one["fields"].as_array().unwrap().iter().find(|field| field["name"] == name).unwrap().clone();
    assert_eq!(field("data@unit")["required"], true);
    assert_eq!(field("data@unit")["declared_in"], "core.TimeSeries");
    assert_eq!(field("@pmt_gain")["required"], false);
    assert_eq!(field("imaging_plane")["kind"], "link");
    assert_eq!(one["extends"][0], "core.ImageSeries");
}

#[test]
fn a_file_without_a_schema_has_the_one_built_in() {
    assert!(spec(&[odd().to_str().unwrap()]).contains("built in"));
    let (code, out, err) = ended(["spec", odd().to_str().unwrap(), "TwoPhotonSerie"]);
    assert_eq!((code, out.as_str(), err.lines().count()), (1, "", 1));
    assert!(err.contains("did you mean TwoPhotonSeries?"), "{err}");
    assert_eq!(ended(["spec", "no such file.nwb"]).0, 2);
}
