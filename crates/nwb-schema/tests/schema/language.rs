//! The forms that the specification language has for one thing, and what becomes of them.

use nwb_schema::spec::{
    Dims, Dtype, FlatDtype, KeySpelling, Names, Quantity, Release, SchemaItem, Shape, dtype_accepts,
};
use nwb_schema::{Catalog, Strictness, cache, yaml};

fn release(namespace: &str, source: &str) -> Release {
    yaml::release(yaml::namespaces(namespace, "namespace.yaml").unwrap().remove(0), |_| Ok(source.to_owned())).unwrap()
}

const LAB: &str = "namespaces: [{name: lab, version: 1.0.0, doc: d, schema: [{source: lab.yaml}]}]";

#[test]
fn bare_words_of_yaml_stay_text() {
    for word in ["y", "n", "Y", "N", "yes", "no", "on", "off", "Yes", "NO", "On", "OFF"] {
        let source = format!(
            "datasets:\n- data_type_def: A\n  doc: {word}\n  dims: [{word}]\n  shape: [null]\n  value: {word}\n  {word}: {word}\n\
             \x20 dtype:\n  - {{name: {word}, doc: {word}, dtype: text}}\n"
        );
        let release = release(LAB, &source);
        let spec = release.sources[0].datasets().next().unwrap();
        assert_eq!((spec.doc.as_str(), &spec.value), (word, &Some(word.into())));
        assert_eq!(spec.dims, Some(Dims::One(vec![word.to_owned()])));
        assert_eq!(spec.dtype.as_ref().unwrap().as_compound().unwrap()[0].name, word);
        assert_eq!(spec.extra[word], word);
    }
}

#[test]
fn quantities() {
    let cases = [
        ("'*'", Quantity::ZeroOrMany),
        ("zero_or_many", Quantity::ZeroOrMany),
        ("+", Quantity::OneOrMany),
        ("one_or_many", Quantity::OneOrMany),
        ("'?'", Quantity::ZeroOrOne),
        ("zero_or_one", Quantity::ZeroOrOne),
        ("3", Quantity::Exactly(3)),
        ("'3'", Quantity::Exactly(3)),
        ("null", Quantity::Exactly(1)),
    ];
    for (text, quantity) in cases {
        let source =
            format!("groups: [{{data_type_def: A, doc: d, groups: [{{data_type_inc: A, doc: d, quantity: {text}}}]}}]");
        assert_eq!(release(LAB, &source).sources[0].groups().next().unwrap().groups[0].quantity, quantity);
    }
}

#[test]
fn dtypes() {
    let synonyms = [
        (FlatDtype::Float32, "float float32"),
        (FlatDtype::Float64, "double float64"),
        (FlatDtype::Int64, "long int64"),
        (FlatDtype::Int32, "int int32"),
        (FlatDtype::Int16, "short int16"),
        (FlatDtype::Uint32, "uint uint32"),
        (FlatDtype::Text, "text utf utf8 utf-8"),
        (FlatDtype::Ascii, "ascii bytes"),
        (FlatDtype::Isodatetime, "isodatetime datetime date"),
    ];
    for (dtype, names) in synonyms {
        for name in names.split(' ') {
            let release = release(LAB, &format!("datasets: [{{data_type_def: A, doc: d, dtype: {name}}}]"));
            let spec = release.sources[0].datasets().next().unwrap();
            assert_eq!(spec.dtype.as_ref().unwrap().as_flat(), Some(dtype));
            assert!(
                cache::write_namespace(&release)[1].1.contains(&format!("\"dtype\":\"{name}\"")),
                "the spelling is kept"
            );
        }
    }
}

#[test]
fn every_pair_of_dtypes() {
    use FlatDtype::*;
    let accepted: &[(FlatDtype, &[FlatDtype])] = &[
        (Int8, &[Int8, Int16, Int32, Int64]),
        (Int16, &[Int16, Int32, Int64]),
        (Int32, &[Int32, Int64]),
        (Int64, &[Int64]),
        (Uint8, &[Uint8, Uint16, Uint32, Uint64]),
        (Uint16, &[Uint16, Uint32, Uint64]),
        (Uint32, &[Uint32, Uint64]),
        (Uint64, &[Uint64]),
        (Float32, &[Float32, Float64]),
        (Float64, &[Float64]),
        (Numeric, &[Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64, Float32, Float64, Numeric]),
        (Bool, &[Bool]),
        (Text, &[Text, Ascii]),
        (Ascii, &[Ascii]),
        (Isodatetime, &[Isodatetime]),
        (Object, &[Object]),
        (Region, &[Region]),
    ];
    for (asked, _) in accepted {
        for (given, _) in accepted {
            let expected = accepted.iter().any(|(dtype, all)| dtype == asked && all.contains(given));
            assert_eq!(dtype_accepts(*asked, *given), expected, "{given} for {asked}");
        }
    }
}

#[test]
fn shapes() {
    let shape = |text: &str| {
        let release = release(LAB, &format!("datasets: [{{data_type_def: A, doc: d, shape: {text}}}]"));
        release.sources[0].datasets().next().unwrap().shape.clone().unwrap()
    };
    assert_eq!(shape("[null, 3]"), Shape::One(vec![None, Some(3)]));
    assert_eq!(shape("[[null], [null, 3]]"), Shape::Alternatives(vec![vec![None], vec![None, Some(3)]]));
    assert_eq!(shape("scalar"), Shape::Scalar);
    assert_eq!(shape("3"), Shape::One(vec![Some(3)]));
    let image = shape("[[null, null], [null, 3], [2, 3]]");
    assert_eq!(image.best_match(&[2, 3]), Some(2));
    assert_eq!(image.best_match(&[4, 3]), Some(1));
    assert_eq!(image.best_match(&[4, 4]), Some(0));
    assert_eq!(image.best_match(&[4]), None);
    assert!(Shape::Scalar.accepts(&[]) && !Shape::Scalar.accepts(&[1]));
}

#[test]
fn the_cached_form_leaves_out_what_it_should() {
    let namespace = "namespaces:\n- {name: lab, version: 1.0.0, doc: Größe 😀, date: 2020-01-01, author: One, contact: [a@b, c@d], url: kept,\n  \
        schema: [{source: lab.yaml, doc: dropped, title: dropped}, {namespace: core, neurodata_types: [Device]}]}";
    let source = "groups:\n- neurodata_type_def: A\n  doc: d\n  quantity: 1\n  linkable: true\n  datasets: []\n  remark: kept\n  attributes:\n  \
        - {name: a, doc: d, dtype: uint, required: true}\n  - {name: b, doc: d, dtype: text, default_value: y}\n  links:\n  \
        - {name: l, doc: d, target_type: A, quantity: zero_or_one}\n";
    let release = release(namespace, source);
    assert_eq!(release.namespace.author, Some(Names::One("One".to_owned())));
    assert_eq!(release.namespace.date.as_deref(), Some("2020-01-01"));
    let texts = cache::write_namespace(&release);
    assert_eq!(
        texts[0].1,
        "{\"namespaces\":[{\"doc\":\"Gr\\u00f6\\u00dfe \\ud83d\\ude00\",\"schema\":[{\"namespace\":\"core\"},{\"source\":\"lab\"}],\
         \"name\":\"lab\",\"version\":\"1.0.0\",\"author\":\"One\",\"contact\":[\"a@b\",\"c@d\"],\"url\":\"kept\"}]}"
    );
    assert_eq!(
        texts[1].1,
        "{\"groups\":[{\"neurodata_type_def\":\"A\",\"doc\":\"d\",\"attributes\":[{\"name\":\"a\",\"doc\":\"d\",\"dtype\":\"uint\"},\
         {\"name\":\"b\",\"doc\":\"d\",\"dtype\":\"text\",\"default_value\":\"y\",\"required\":false}],\
         \"links\":[{\"name\":\"l\",\"doc\":\"d\",\"target_type\":\"A\",\"quantity\":\"?\"}],\"remark\":\"kept\"}]}"
    );
    let again = cache::namespace(&texts[0].1, "x").unwrap();
    assert_eq!(again.doc, "Größe 😀");
    assert!(matches!(&again.schema[0], SchemaItem::Namespace(include) if include.types.is_none()));
}

#[test]
fn both_spellings_of_the_type_keys() {
    let source = "groups: [{data_type_def: A, doc: d}, {neurodata_type_def: B, neurodata_type_inc: A, doc: d}]";
    let release = release(LAB, source);
    let spellings: Vec<_> = release.sources[0].groups().map(|spec| spec.key_spelling).collect();
    assert_eq!(spellings, [KeySpelling::Data, KeySpelling::Neurodata]);
    let text = cache::write_namespace(&release).remove(1).1;
    assert!(text.contains("\"data_type_def\":\"A\"") && text.contains("\"neurodata_type_inc\":\"A\""));
}

#[test]
fn types_inside_of_types_are_types() {
    let source = "groups:\n- data_type_def: Outer\n  doc: d\n  groups:\n  - name: box\n    doc: d\n    groups:\n    \
        - {data_type_def: Inner, doc: inner, quantity: '+', attributes: [{name: a, doc: d, dtype: int}]}\n  datasets:\n  \
        - {data_type_def: Column, name: column, doc: d, dtype: int, attributes: [{name: b, doc: d, dtype: int}]}\n";
    let catalog = Catalog::builder().add(release(LAB, source)).build().unwrap();
    assert_eq!(catalog.types().map(|it| it.name()).collect::<Vec<_>>(), ["Outer", "Column", "Inner"]);
    let inner = catalog.find("Inner").unwrap();
    assert_eq!(inner.attribute("a").unwrap().declared_in.name(), "Inner");
    let outer = catalog.find("Outer").unwrap();
    let slot = &catalog.members_at(outer, "box").unwrap().groups[0];
    assert_eq!((slot.type_name.as_ref(), slot.quantity), (Some(inner.type_name()), Quantity::OneOrMany));
    assert_eq!(catalog.members(slot), inner.members());
    let column = outer.members().dataset("column").unwrap();
    assert_eq!(column.attribute("b").unwrap().declared_in.name(), "Column");
    assert_eq!(
        column.dtype,
        Some(Dtype::flat(FlatDtype::Int32)).map(|_| Dtype::Flat { dtype: FlatDtype::Int32, spelling: "int" })
    );
    assert_eq!(catalog.find("Column").unwrap().fixed_name(), Some("column"));
}

#[test]
fn chosen_types_bring_what_they_need() {
    let base = "datasets: [{data_type_def: Column, doc: d}]\ngroups:\n- {data_type_def: Root, doc: d}\n\
        - {data_type_def: Target, data_type_inc: Root, doc: d}\n- {data_type_def: Unneeded, doc: d}\n\
        - {data_type_def: Wanted, data_type_inc: Root, doc: d, links: [{name: l, doc: d, target_type: Target}], datasets: [{data_type_inc: Column, doc: d}]}\n";
    let base = release(&LAB.replace("lab", "base"), base);
    let include = LAB.replace("[{source", "[{namespace: base, data_types: [Wanted]}, {source");
    let catalog = Catalog::builder().add(release(&include, "groups: []")).add(base).build().unwrap();
    for (name, seen) in [("Wanted", true), ("Root", true), ("Target", true), ("Column", true), ("Unneeded", false)] {
        assert_eq!(catalog.get("lab", name).is_some(), seen, "{name}");
        assert!(catalog.resolve_type("lab", name).is_some(), "{name}");
    }
    let source = LAB.replace("source: lab.yaml", "source: lab.yaml, data_types: [Kept]");
    let chosen = release(&source, "groups: [{data_type_def: Kept, doc: d}, {data_type_def: Left, doc: d}]");
    assert_eq!(chosen.sources[0].types.len(), 1);
}

#[test]
fn narrower_types_take_over_what_was_said_of_the_slot() {
    let source = "datasets:\n- {data_type_def: Column, doc: d, attributes: [{name: unit, doc: d, dtype: text, required: false}]}\n\
        - {data_type_def: Times, data_type_inc: Column, doc: d, dtype: double, attributes: [{name: clock, doc: d, dtype: text}]}\n\
        groups:\n- data_type_def: Part\n  doc: d\n  attributes: [{name: side, doc: d, dtype: text, required: false}]\n\
        - data_type_def: Wheel\n  data_type_inc: Part\n  doc: d\n  attributes: [{name: radius, doc: d, dtype: float}]\n\
        - data_type_def: Rig\n  doc: d\n  datasets:\n  - {name: t, data_type_inc: Column, doc: first, dtype: float, attributes: [{name: unit, doc: d, dtype: text, value: s}]}\n\
        \x20 groups:\n  - {name: part, data_type_inc: Part, doc: d, attributes: [{name: side, doc: d, dtype: text}]}\n\
        - data_type_def: Better\n  data_type_inc: Rig\n  doc: d\n  datasets: [{name: t, data_type_inc: Times, doc: second}]\n\
        \x20 groups: [{name: part, data_type_inc: Wheel, doc: d}]\n";
    let catalog = Catalog::builder().add(release(LAB, source)).build().unwrap();
    let better = catalog.find("Better").unwrap();
    let t = better.members().dataset("t").unwrap();
    assert_eq!((t.doc.as_str(), t.dtype.as_ref().and_then(Dtype::as_flat)), ("second", Some(FlatDtype::Float64)));
    assert_eq!((t.declared_in.name(), t.refined_in.as_ref().unwrap().name()), ("Rig", "Better"));
    let unit = t.attribute("unit").unwrap();
    assert_eq!((unit.value.clone(), unit.required), (Some("s".into()), true), "as Rig said");
    assert_eq!(unit.refined_in.as_ref().unwrap().name(), "Rig");
    assert_eq!(t.attribute("clock").unwrap().declared_in.name(), "Times");
    let part = catalog.members_at(better, "part").unwrap();
    assert!(part.attribute("side").unwrap().required, "as Rig said");
    assert_eq!(part.attribute("radius").unwrap().declared_in.name(), "Wheel");
    let rigs = catalog.members_at(catalog.find("Rig").unwrap(), "part").unwrap();
    assert!(rigs.attribute("radius").is_none());
}

#[test]
fn two_versions_live_in_two_catalogs() {
    let at = |version: &str, dtype: &str| {
        let source = format!("datasets: [{{data_type_def: A, doc: d, dtype: {dtype}}}]");
        Catalog::builder().add(release(&LAB.replace("1.0.0", version), &source)).build().unwrap()
    };
    let (old, new) = (at("1.0.0", "int"), at("2.0.0", "text"));
    let dtype =
        |catalog: &Catalog| catalog.find("A").unwrap().dataset().unwrap().dtype.as_ref().and_then(Dtype::as_flat);
    assert_eq!((dtype(&old), dtype(&new)), (Some(FlatDtype::Int32), Some(FlatDtype::Text)));
    let extension = release(
        &LAB.replace("lab", "more").replace("[{source", "[{namespace: lab}, {source"),
        "datasets: [{data_type_def: B, data_type_inc: A, doc: d}]",
    );
    let extended = Catalog::builder().add_catalog(&old).add(extension).strictness(Strictness::Strict).build().unwrap();
    assert_eq!(
        extended.get("more", "B").unwrap().dataset().unwrap().dtype.as_ref().and_then(Dtype::as_flat),
        Some(FlatDtype::Int32)
    );
    assert_eq!(extended.namespaces().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["lab", "more"]);
}

#[test]
fn numbers_that_only_python_has() {
    let source = r#"{"datasets":[{"data_type_def":"A","doc":"no \\\" NaN","value":NaN},{"data_type_def":"B","doc":"d","value":[-Infinity,Infinity]}]}"#;
    let namespace = r#"{"namespaces":[{"name":"lab","version":"1","doc":"d","schema":[{"source":"lab"}]}]}"#;
    let release = cache::read_namespace(namespace, "lab", Strictness::Strict, |_| Ok(source)).unwrap();
    let values: Vec<_> = release.sources[0].datasets().map(|spec| spec.value.clone().unwrap()).collect();
    assert_eq!(values, ["NaN".into(), serde_json::json!(["-Infinity", "Infinity"])]);
    assert_eq!(release.sources[0].datasets().next().unwrap().doc, "no \\\" NaN");
    let broken = cache::read_namespace(namespace, "lab", Strictness::Strict, |_| Ok("{\"a\": NaN, \"b"));
    assert!(broken.unwrap_err().is_malformed());
}
