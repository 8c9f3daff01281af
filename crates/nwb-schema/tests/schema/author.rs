//! Namespaces put together in Rust, and written as YAML.

use std::path::{Path, PathBuf};

use nwb_schema::author::NamespaceBuilder;
use nwb_schema::spec::{
    AttributeSpec, DatasetSpec, Dtype, FlatDtype, GroupSpec, LinkSpec, Quantity, Release, Shape, TypeSpec,
};
use nwb_schema::{ErrorKind, Strictness, cache, yaml};

fn schema() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema")
}

/// Everything that the language knows.
fn everything() -> NamespaceBuilder {
    let pixel = Dtype::compound([
        ("x", FlatDtype::Uint32.into(), "The column."),
        ("of", Dtype::reference("VectorData"), "What it is of."),
    ]);
    let gains = DatasetSpec::define("GainData", "VectorData", "Gains.")
        .dtype(FlatDtype::Float32)
        .attribute(AttributeSpec::new("unit", FlatDtype::Text, "The unit of gains.").value("dB"));
    let rig = GroupSpec::define("Rig", "LabMetaData", "A rig: \"with\" 'quotes', {braces} and é.\nTwo lines.")
        .attribute(AttributeSpec::new("gain", FlatDtype::Float64, "Its gain.").default_value(1.5))
        .attribute(AttributeSpec::new("lost", FlatDtype::Float64, "What stands for nothing.").default_value("NaN"))
        .attribute(AttributeSpec::new("y", FlatDtype::Text, "yes").value("no"))
        .attribute(AttributeSpec::new("version", FlatDtype::Text, "null").default_value("1.10"))
        .attribute(AttributeSpec::new("tags", FlatDtype::Text, "Words.").shape([None]).dims(["tag"]).optional())
        .attribute(AttributeSpec::new("main", Dtype::reference("Device"), "The main device.").optional())
        .dataset(
            DatasetSpec::new("curve", FlatDtype::Float64, "A curve.")
                .shape(vec![vec![None, Some(2)], vec![None, Some(3)]])
                .dims(vec![vec!["point", "x, y"], vec!["point", "x, y, z"]])
                .attribute(AttributeSpec::new("unit", FlatDtype::Text, "Its unit."))
                .optional(),
        )
        .dataset(DatasetSpec::new("pixels", pixel, "Pixels.").shape([None]).optional())
        .dataset(DatasetSpec::new("kind", FlatDtype::Text, "Which kind.").value("rig"))
        .group(
            GroupSpec::new("parts", "Parts.")
                .group(GroupSpec::of_type("RigPart", "A part.").quantity(Quantity::OneOrMany)),
        )
        .group(GroupSpec::define("Stand", "NWBContainer", "What it stands on.").named("stand").optional())
        .link(LinkSpec::new("Device", "What looks at it.").named("camera"));
    NamespaceBuilder::new("ndx-rig", "0.1.0", "Rigs of our lab.")
        .full_name("Rigs")
        .author("Doe, Jane", "jane@lab.example")
        .author("Roe, Jim", "jim@lab.example")
        .include("core")
        .include_types("hdmf-common", ["VectorData", "DynamicTable"])
        .define(rig)
        .define(gains)
        .define(GroupSpec::define("RigPart", "NWBContainer", "A part.").default_name("part"))
        .source("ndx-rig.tables")
        .define(
            GroupSpec::define("RigTable", "DynamicTable", "Rigs in rows.")
                .dataset(DatasetSpec::of_type("GainData", "The gain of each.").named("gain")),
        )
}

fn read_again(release: &Release) -> Release {
    let files = yaml::texts(release).unwrap();
    let load = |name: &str| {
        let found = files.iter().find(|(file, _)| file == name);
        found.map(|(_, text)| text.clone()).ok_or_else(|| format!("no {name}").into())
    };
    yaml::read_namespaces(&files[0].1, &files[0].0, Strictness::Strict, load).unwrap().remove(0)
}

#[test]
fn what_is_written_as_yaml_is_read_as_it_was() {
    let made = everything().build().unwrap();
    let mut releases = vec![made];
    for namespace in ["core", "hdmf-common", "hdmf-experimental"] {
        for version in std::fs::read_dir(schema().join(namespace)).unwrap() {
            let folder = version.unwrap().path();
            releases.push(yaml::folder(&folder, namespace).unwrap());
        }
    }
    assert!(releases.len() >= 4);
    for release in &releases {
        let again = read_again(release);
        assert_eq!(again.namespace, release.namespace);
        assert_eq!(again.sources, release.sources);
    }
    let names: Vec<_> = yaml::texts(&releases[0]).unwrap().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["ndx-rig.namespace.yaml", "ndx-rig.extensions.yaml", "ndx-rig.tables.yaml"]);
    let cached = cache::write_namespace(&releases[0]);
    assert!(cached[1].1.contains(r#""default_value":NaN"#), "{}", cached[1].1);
    assert!(yaml::texts(&releases[0]).unwrap()[1].1.contains("default_value: .nan"));
}

#[test]
fn files_are_written_and_found() {
    let folder = tempfile::tempdir().unwrap();
    let made = everything().build().unwrap();
    yaml::write(&made, folder.path()).unwrap();
    let read = yaml::folder(folder.path(), "ndx-rig").unwrap();
    assert_eq!(read.sources, made.sources);
    let read = yaml::file(&folder.path().join("ndx-rig.namespace.yaml"), Strictness::Lenient).unwrap();
    assert_eq!(read[0].namespace, made.namespace);
    assert!(yaml::write(&made, &folder.path().join("none")).is_err());
    assert!(yaml::file(&folder.path().join("none.yaml"), Strictness::Lenient).is_err());
}

#[test]
fn what_breaks_a_rule_is_refused_where_it_is() {
    let rig = || GroupSpec::define("Rig", "TimeSeries", "A rig.");
    let number = || AttributeSpec::new("gain", FlatDtype::Float64, "Its gain.");
    let cases: Vec<(TypeSpec, ErrorKind, &str, &str)> = vec![
        (
            rig().group(GroupSpec::of_type("Device", "Many.").named("it").quantity(Quantity::ZeroOrMany)).into(),
            ErrorKind::BadQuantity,
            "groups[0].groups[0].quantity",
            "fixed name",
        ),
        (
            rig().dataset(DatasetSpec::new("data", FlatDtype::Float64, "d").shape([None]).dims(["a", "b"])).into(),
            ErrorKind::BadShape,
            "groups[0].datasets[0].dims",
            "",
        ),
        (
            rig().dataset(DatasetSpec::new("timestamps", FlatDtype::Float32, "t").shape([None])).into(),
            ErrorKind::Widening,
            "groups[0].datasets[0].dtype",
            "float32",
        ),
        (
            rig().dataset(DatasetSpec::new("timestamps", FlatDtype::Float64, "t").shape([None, None])).into(),
            ErrorKind::Widening,
            "groups[0].datasets[0].shape",
            "",
        ),
        (rig().attribute(number()).attribute(number()).into(), ErrorKind::BadName, "groups[0].attributes[1]", "gain"),
        (
            rig()
                .dataset(DatasetSpec::new("a", FlatDtype::Text, "a"))
                .link(LinkSpec::new("Device", "a").named("a"))
                .into(),
            ErrorKind::BadName,
            "groups[0].links[0]",
            "\"a\" again",
        ),
        (rig().attribute(number().value("much")).into(), ErrorKind::BadDtype, "groups[0].attributes[0].value", "much"),
        (
            rig().attribute(AttributeSpec::new("n", FlatDtype::Uint8, "n").default_value(-1)).into(),
            ErrorKind::BadDtype,
            "groups[0].attributes[0].default_value",
            "-1",
        ),
        (
            rig().attribute(AttributeSpec::new("object_id", FlatDtype::Text, "n")).into(),
            ErrorKind::BadName,
            "groups[0].attributes[0].name",
            "object_id",
        ),
        (
            rig().attribute(AttributeSpec::new("a/b", FlatDtype::Text, "n")).into(),
            ErrorKind::BadName,
            "groups[0].attributes[0].name",
            "a/b",
        ),
        (
            rig().attribute(number().value(1.0).default_value(2.0)).into(),
            ErrorKind::Malformed,
            "groups[0].attributes[0]",
            "both",
        ),
        (GroupSpec::define("Rig", "Rig", "A rig.").into(), ErrorKind::InheritanceCycle, "groups[0]", "itself"),
        (
            GroupSpec::define("Rig", "NoType", "A rig.").into(),
            ErrorKind::MissingType,
            "groups[0].neurodata_type_inc",
            "NoType",
        ),
        (
            rig().link(LinkSpec::new("NoType", "n").named("n")).into(),
            ErrorKind::MissingType,
            "groups[0].links[0]",
            "NoType",
        ),
        (
            DatasetSpec::define("Gains", "VectorData", "G.").shape(Shape::from([None; 5])).into(),
            ErrorKind::Widening,
            "datasets[0].shape",
            "",
        ),
    ];
    for (spec, kind, place, said) in cases {
        let error =
            NamespaceBuilder::new("ndx-rig", "0.1.0", "Rigs.").include("core").define(spec).build().unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.key_path().starts_with(place), "{error}: {} is not {place}", error.key_path());
        assert!(error.to_string().contains(said), "{error} does not say {said:?}");
        assert!(error.document().contains("ndx-rig"), "{error}");
    }
    let nothing = NamespaceBuilder::new("ndx-rig", "0.1.0", "Rigs.").define(rig()).build().unwrap_err();
    assert!(nothing.to_string().contains("TimeSeries"), "{nothing}");
    let no_namespace = NamespaceBuilder::new("ndx-rig", "0.1.0", "Rigs.").include("ndx-none").build().unwrap_err();
    assert_eq!(no_namespace.kind(), ErrorKind::MissingNamespace, "{no_namespace}");
}
