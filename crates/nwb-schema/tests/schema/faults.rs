//! Every kind of fault, in a schema as small as it can be: which kind, in which document, under which key.

use nwb_schema::spec::Release;
use nwb_schema::{Catalog, ErrorKind, Result, Strictness, cache, yaml};

/// A namespace out of the items of its `schema` and the text of its one source.
fn release(name: &str, includes: &str, source: &str) -> Result<Release> {
    let text = format!(
        "namespaces: [{{name: {name}, version: 1.0.0, doc: A namespace., schema: [{includes}{{source: {name}.yaml}}]}}]"
    );
    yaml::release(yaml::namespaces(&text, "namespace.yaml")?.remove(0), |_| Ok(source.to_owned()))
}

fn build(releases: Vec<Release>, strictness: Strictness) -> Result<Catalog> {
    releases.into_iter().fold(Catalog::builder().strictness(strictness), nwb_schema::CatalogBuilder::add).build()
}

/// Resolves a namespace of one source.
fn resolve(source: &str) -> Result<Catalog> {
    build(vec![release("lab", "", source)?], Strictness::Strict)
}

#[track_caller]
fn check(source: &str, kind: ErrorKind, key_path: &str, found: &str) {
    let error = resolve(source).expect_err("the schema has a fault");
    assert_eq!((error.kind(), error.key_path()), (kind, key_path), "{error}");
    assert_eq!(error.document(), "lab/1.0.0/lab");
    assert!(error.found().contains(found), "{error}");
}

#[test]
fn malformed_members() {
    use ErrorKind::{BadDtype, BadName, BadQuantity, BadShape, Malformed};
    let cases: &[(&str, ErrorKind, &str, &str)] = &[
        ("groups: 3", Malformed, "groups", "the number 3"),
        ("groups: [x]", Malformed, "groups[0]", "the text \"x\""),
        ("groups: [{doc: d, name: loose}]", Malformed, "groups[0]", "none"),
        ("groups: [{data_type_def: A}]", Malformed, "groups[0].doc", "nothing"),
        ("groups: [{data_type_def: A, doc: 7}]", Malformed, "groups[0].doc", "the number 7"),
        ("groups: [{data_type_def: A, doc: d, linkable: maybe}]", Malformed, "groups[0].linkable", "maybe"),
        ("groups: [{data_type_def: A, doc: d, quantity: many}]", BadQuantity, "groups[0].quantity", "many"),
        ("groups: [{data_type_def: A, doc: d, quantity: 0}]", BadQuantity, "groups[0].quantity", "the number 0"),
        ("groups: [{data_type_def: A, doc: d, quantity: '*', name: a}]", BadQuantity, "groups[0].quantity", "'*'"),
        ("groups: [{data_type_def: A, doc: d, name: a/b}]", BadName, "groups[0].name", "a/b"),
        ("groups: [{data_type_def: '', doc: d}]", BadName, "groups[0].neurodata_type_def", "empty"),
        ("groups: [{data_type_def: A, doc: d, datasets: [{doc: d}]}]", BadName, "groups[0].datasets[0]", "neither"),
        (
            "groups: [{data_type_def: A, doc: d, links: [{name: l, doc: d}]}]",
            Malformed,
            "groups[0].links[0].target_type",
            "nothing",
        ),
        (
            "groups: [{data_type_def: A, doc: d, datasets: [{name: x, doc: d}, {name: x, doc: d}]}]",
            BadName,
            "groups[0].datasets[1].name",
            "\"x\" again",
        ),
        (
            "groups: [{data_type_def: A, doc: d, attributes: [{name: x, doc: d}, {name: x, doc: d}]}]",
            BadName,
            "groups[0].attributes[1].name",
            "\"x\" again",
        ),
        (
            "groups: [{data_type_def: A, doc: d, groups: [{doc: d, data_type_inc: A}, {doc: d, data_type_inc: A}]}]",
            BadName,
            "groups[0].groups[1]",
            "\"A\" again",
        ),
        (
            "groups: [{data_type_def: A, doc: d, datasets: [{name: x, doc: d}], links: [{name: x, doc: d, target_type: A}]}]",
            BadName,
            "groups[0].links[0].name",
            "\"x\" again",
        ),
        ("datasets: [{data_type_def: A, doc: d, dtype: float16}]", BadDtype, "datasets[0].dtype", "float16"),
        ("datasets: [{data_type_def: A, doc: d, dtype: []}]", BadDtype, "datasets[0].dtype", "empty"),
        (
            "datasets: [{data_type_def: A, doc: d, dtype: {reftype: object}}]",
            BadDtype,
            "datasets[0].dtype.target_type",
            "nothing",
        ),
        (
            "datasets: [{data_type_def: A, doc: d, dtype: {target_type: A}}]",
            BadDtype,
            "datasets[0].dtype.reftype",
            "nothing",
        ),
        (
            "datasets: [{data_type_def: A, doc: d, dtype: [{name: x, doc: d, dtype: [{name: y, doc: d, dtype: int}]}]}]",
            BadDtype,
            "datasets[0].dtype[0].dtype",
            "a list",
        ),
        (
            "datasets: [{data_type_def: A, doc: d, dtype: [{name: x, doc: d, dtype: int}, {name: x, doc: d, dtype: int}]}]",
            BadName,
            "datasets[0].dtype[1].name",
            "again",
        ),
        ("datasets: [{data_type_def: A, doc: d, shape: []}]", BadShape, "datasets[0].shape", "empty"),
        ("datasets: [{data_type_def: A, doc: d, shape: [-1]}]", BadShape, "datasets[0].shape[0]", "-1"),
        ("datasets: [{data_type_def: A, doc: d, shape: [[null], 3]}]", BadShape, "datasets[0].shape[1]", "3"),
        ("datasets: [{data_type_def: A, doc: d, shape: [null], dims: [x, y]}]", BadShape, "datasets[0].dims", "2"),
        ("datasets: [{data_type_def: A, doc: d, dims: [true]}]", BadShape, "datasets[0].dims[0]", "true"),
        ("datasets: [{data_type_def: A, doc: d, value: 1, default_value: 1}]", Malformed, "datasets[0]", "both"),
        ("datasets: [{data_type_def: A, doc: d, value: !weird 1}]", Malformed, "datasets[0].value", "tag"),
        ("{3: x}", Malformed, "", "key"),
        ("groups: [", Malformed, "", ""),
    ];
    for (source, kind, key_path, found) in cases {
        check(source, *kind, key_path, found);
    }
}

#[test]
fn missing_types() {
    let cases = [
        ("groups: [{data_type_def: A, doc: d, data_type_inc: B}]", "groups[0].neurodata_type_inc"),
        (
            "groups: [{data_type_def: A, doc: d, groups: [{doc: d, data_type_inc: B}]}]",
            "groups[0].groups[0].neurodata_type_inc",
        ),
        (
            "groups: [{data_type_def: A, doc: d, links: [{name: l, doc: d, target_type: B}]}]",
            "groups[0].links[0].target_type",
        ),
        (
            "groups: [{data_type_def: A, doc: d, attributes: [{name: a, doc: d, dtype: {target_type: B, reftype: object}}]}]",
            "groups[0].attributes[0].dtype.target_type",
        ),
        (
            "datasets: [{data_type_def: A, doc: d, dtype: [{name: a, doc: d, dtype: {target_type: B, reftype: object}}]}]",
            "datasets[0].dtype[0].dtype.target_type",
        ),
    ];
    for (source, key_path) in cases {
        check(source, ErrorKind::MissingType, key_path, "\"B\"");
    }
}

#[test]
fn cycles_of_inheritance() {
    let two = "groups: [{data_type_def: A, doc: d, data_type_inc: B}, {data_type_def: B, doc: d, data_type_inc: A}]";
    check(two, ErrorKind::InheritanceCycle, "groups[1].neurodata_type_inc", "A -> B -> A");
    check("groups: [{data_type_def: A, doc: d, data_type_inc: A}]", ErrorKind::InheritanceCycle, "groups[0]", "itself");
    let chain: String =
        (0..5000).map(|n| format!("\n- {{data_type_def: T{n}, data_type_inc: T{}, doc: d}}", n + 1)).collect();
    check(&format!("groups:{chain}\n- {{data_type_def: T5000, doc: d}}"), ErrorKind::Malformed, "groups[4871]", "more");
}

#[test]
fn duplicate_types() {
    let twice = "groups: [{data_type_def: A, doc: d}, {data_type_def: A, doc: d}]";
    check(twice, ErrorKind::DuplicateType, "groups[1]", "first at lab/1.0.0/lab groups[0]");
    let nested =
        "groups: [{data_type_def: A, doc: d}, {data_type_def: B, doc: d, groups: [{data_type_def: A, doc: d}]}]";
    check(nested, ErrorKind::DuplicateType, "groups[1].groups[0]", "first at");

    let source = "groups: [{data_type_def: A, doc: d}]";
    let releases =
        || vec![release("base", "", source).unwrap(), release("lab", "{namespace: base}, ", source).unwrap()];
    let error = build(releases(), Strictness::Strict).unwrap_err();
    assert_eq!((error.kind(), error.key_path()), (ErrorKind::DuplicateType, "schema[0].namespace"), "{error}");
    let lenient = build(releases(), Strictness::Lenient).unwrap();
    assert_eq!(lenient.problems().len(), 1);
    assert_eq!(lenient.get("lab", "A").unwrap().namespace(), "lab");
    assert!(lenient.find("A").is_none(), "the name alone does not say which");

    let twice = vec![release("lab", "", source).unwrap(), release("lab", "", source).unwrap()];
    assert_eq!(build(twice, Strictness::Strict).unwrap_err().kind(), ErrorKind::DuplicateNamespace);
}

#[test]
fn namespaces_that_miss_or_include_each_other() {
    let include = |name: &str, other: &str| release(name, &format!("{{namespace: {other}}}, "), "").unwrap();
    let error = build(vec![include("lab", "core")], Strictness::Strict).unwrap_err();
    assert_eq!((error.kind(), error.document()), (ErrorKind::MissingNamespace, "lab/1.0.0/namespace"));
    assert_eq!((error.key_path(), error.found()), ("schema[0].namespace", "\"core\""));

    let cycle = || vec![include("a", "b"), include("b", "c"), include("c", "b")];
    let error = build(cycle(), Strictness::Strict).unwrap_err();
    assert_eq!((error.kind(), error.found()), (ErrorKind::IncludeCycle, "b -> c -> b"), "{error}");
    let lenient = build(cycle(), Strictness::Lenient).unwrap();
    assert!(lenient.problems().iter().all(nwb_schema::Error::is_cycle));

    let chosen = release("lab", "{namespace: base, neurodata_types: [Absent]}, ", "").unwrap();
    let error = build(vec![chosen, release("base", "", "").unwrap()], Strictness::Strict).unwrap_err();
    assert_eq!((error.kind(), error.key_path()), (ErrorKind::MissingType, "schema[0].neurodata_types[0]"));
}

#[test]
fn namespace_documents() {
    let cases = [
        ("[]", "", "a list of 0"),
        ("{}", "namespaces", "nothing"),
        ("namespaces: [{name: a, doc: d, version: 1.10, schema: []}]", "namespaces[0].version", "the number 1.1"),
        ("namespaces: [{name: a, doc: d, schema: []}]", "namespaces[0].version", "nothing"),
        ("namespaces: [{doc: d, version: '1', schema: []}]", "namespaces[0].name", "nothing"),
        ("namespaces: [{name: a, doc: d, version: '1', schema: [{doc: d}]}]", "namespaces[0].schema[0]", "neither"),
        ("namespaces: [{name: a, doc: d, version: '1'}]", "namespaces[0].schema", "nothing"),
    ];
    for (text, key_path, found) in cases {
        let error = yaml::namespaces(text, "lab.namespace.yaml").unwrap_err();
        assert!(error.is_malformed(), "{error}");
        assert_eq!((error.document(), error.key_path(), error.found()), ("lab.namespace.yaml", key_path, found));
    }
    let namespace =
        yaml::namespaces("namespaces: [{name: a, doc: d, version: '1', schema: [{source: x.yaml}]}]", "n").unwrap();
    let error = yaml::release(namespace.into_iter().next().unwrap(), |_| Err("no such file".into())).unwrap_err();
    assert_eq!((error.kind(), error.document(), error.found()), (ErrorKind::MissingSource, "a/1/x", "no such file"));
    assert!(std::error::Error::source(&error).is_some());
    assert_eq!(cache::namespace("{", "x").unwrap_err().kind(), ErrorKind::Malformed);
}

/// Two types, of which the second refines the first in one place.
fn refining(base: &str, refinement: &str) -> String {
    format!(
        "datasets: [{{data_type_def: Column, doc: d, shape: [[null], [null, 2]]}}]\n\
         groups: [{{data_type_def: Other, doc: d, attributes: [{{name: fixed, doc: d, dtype: text, value: a}}]}},\n\
         {{data_type_def: Special, data_type_inc: Other, doc: d}},\n\
         {{data_type_def: Base, doc: d, {base}}},\n\
         {{data_type_def: Refined, data_type_inc: Base, doc: d, {refinement}}}]"
    )
}

#[test]
fn refinements_that_widen() {
    let dataset = |rest: &str| format!("datasets: [{{name: x, doc: d, {rest}}}]");
    let attribute = |rest: &str| format!("attributes: [{{name: x, doc: d, {rest}}}]");
    let group = |rest: &str| format!("groups: [{{doc: d, {rest}}}]");
    let compound = |dtype: &str| dataset(&format!("dtype: [{{name: a, doc: d, dtype: {dtype}}}]"));
    let reference = |target: &str| attribute(&format!("dtype: {{target_type: {target}, reftype: object}}"));
    let link = |target: &str| format!("links: [{{name: x, doc: d, target_type: {target}}}]");
    let cases = [
        (dataset("dtype: float64"), dataset("dtype: float32"), "datasets[0].dtype", "float32"),
        (dataset("dtype: int"), dataset("dtype: uint"), "datasets[0].dtype", "uint"),
        (dataset("dtype: int"), dataset("dtype: text"), "datasets[0].dtype", "text"),
        (dataset("dtype: int"), compound("int"), "datasets[0].dtype", "compound of a: int"),
        (compound("int"), compound("short"), "datasets[0].dtype[0].dtype", "short"),
        (reference("Special"), reference("Other"), "attributes[0].dtype", "object reference to Other"),
        (dataset("shape: [3]"), dataset("shape: [null]"), "datasets[0].shape", "(any)"),
        (
            dataset("shape: [null]"),
            dataset("shape: [[null], [null, null]]"),
            "datasets[0].shape",
            "(any) or (any, any)",
        ),
        (attribute("dtype: int"), attribute("dtype: int, shape: [3]"), "attributes[0].shape", "(3)"),
        (dataset("dtype: int"), dataset("quantity: '?'"), "datasets[0].quantity", "'?'"),
        (
            group("data_type_inc: Other, quantity: 2"),
            group("data_type_inc: Other, quantity: '+'"),
            "groups[0].quantity",
            "'+'",
        ),
        (
            attribute("dtype: int"),
            attribute("dtype: int, required: false"),
            "attributes[0].required",
            "an optional one",
        ),
        (attribute("value: a"), attribute("value: b"), "attributes[0].value", "\"b\""),
        (attribute("value: a"), attribute("default_value: b"), "attributes[0].default_value", "\"b\""),
        (dataset("value: 1"), dataset("value: 2"), "datasets[0].value", "2"),
        (
            group("name: x, data_type_inc: Special"),
            group("name: x, data_type_inc: Other"),
            "groups[0].neurodata_type_inc",
            "lab.Other",
        ),
        (group("name: x"), group("name: x, data_type_inc: Other"), "groups[0].neurodata_type_inc", "lab.Other"),
        (link("Special"), link("Other"), "links[0].target_type", "Other"),
        (dataset("dtype: int"), group("name: x"), "groups[0]", "a group"),
        (group("name: x, data_type_inc: Other"), link("Other"), "links[0]", "a link"),
        // The members of a typed slot are checked against its type.
        (
            dataset("dtype: int"),
            "datasets: [{name: y, doc: d, data_type_inc: Column, shape: [null, 3]}]".to_owned(),
            "datasets[0].shape",
            "(any, 3)",
        ),
        (
            dataset("dtype: int"),
            group("name: y, data_type_inc: Other, attributes: [{name: fixed, doc: d, dtype: text, value: b}]"),
            "groups[0].attributes[0].value",
            "\"b\"",
        ),
        (group("name: y, data_type_inc: Column"), dataset("dtype: int"), "groups[0].neurodata_type_inc", "lab.Column"),
    ];
    for (base, refinement, key_path, found) in cases {
        let source = refining(&base, &refinement);
        let error = resolve(&source).expect_err(&source);
        assert!(error.is_widening(), "{source}\n{error}");
        let prefix =
            if key_path == "groups[0].neurodata_type_inc" && found == "lab.Column" { "groups[2]" } else { "groups[3]" };
        assert_eq!(error.key_path(), format!("{prefix}.{key_path}"), "{source}\n{error}");
        assert!(error.found().contains(found), "{source}\n{error}");
        let lenient = build(vec![release("lab", "", &source).unwrap()], Strictness::Lenient).unwrap();
        assert!(lenient.problems()[0].is_widening());
        assert!(lenient.find("Refined").unwrap().is_a_named("Base"), "the rest stays usable");
    }
    check(
        "datasets: [{data_type_def: A, doc: d}]\ngroups: [{data_type_def: B, doc: d, data_type_inc: A}]",
        ErrorKind::Widening,
        "groups[0].neurodata_type_inc",
        "of which one is a group",
    );
}

#[test]
fn refinements_that_narrow() {
    let same = |one: &str| (one.to_owned(), one.to_owned());
    let pair = |base: &str, refinement: &str| (base.to_owned(), refinement.to_owned());
    let cases = [
        same("datasets: [{name: x, doc: d, dtype: uint}]"),
        pair("datasets: [{name: x, doc: d}]", "datasets: [{name: x, doc: d, dtype: text, shape: [null]}]"),
        pair("datasets: [{name: x, doc: d, dtype: float}]", "datasets: [{name: x, doc: d, dtype: double}]"),
        pair("datasets: [{name: x, doc: d, dtype: numeric}]", "datasets: [{name: x, doc: d, dtype: uint8}]"),
        pair("datasets: [{name: x, doc: d, quantity: '?'}]", "datasets: [{name: x, doc: d}]"),
        pair(
            "datasets: [{name: x, doc: d, shape: [[null], [null, null]]}]",
            "datasets: [{name: x, doc: d, shape: [null, 2]}]",
        ),
        pair(
            "attributes: [{name: x, doc: d, dtype: text}]",
            "attributes: [{name: x, doc: d, dtype: text, default_value: m}]",
        ),
        pair("attributes: [{name: x, doc: d, required: false}]", "attributes: [{name: x, doc: d}]"),
        pair(
            "groups: [{data_type_inc: Other, doc: d, quantity: '*'}]",
            "groups: [{data_type_inc: Other, doc: d, quantity: '+'}]",
        ),
        pair(
            "groups: [{name: x, data_type_inc: Other, doc: d}]",
            "groups: [{name: x, data_type_inc: Special, doc: d}]",
        ),
        pair("groups: [{name: x, data_type_inc: Other, doc: d}]", "groups: [{name: x, doc: d}]"),
        pair("links: [{name: x, target_type: Other, doc: d}]", "links: [{name: x, target_type: Special, doc: d}]"),
    ];
    for (base, refinement) in cases {
        let source = refining(&base, &refinement);
        if let Err(error) = resolve(&source) {
            panic!("{source}\n{error}");
        }
    }
}

#[test]
fn lenient_reading_keeps_the_rest() {
    let namespace = r#"{"namespaces":[{"name":"lab","version":1.5,"doc":"d","schema":[{"source":"a"},{"source":"lost"},{"namespace":"gone"}]}]}"#;
    let source = r#"{"groups":[
        {"data_type_def":"Good","doc":"d","datasets":[{"name":"x","doc":"d","dtype":"float16"},{"name":"y","dtype":"int"}]},
        {"data_type_def":"Orphan","data_type_inc":"Nobody","doc":"d"},
        {"doc":"no type"}, 7,
        {"data_type_def":"Child","data_type_inc":"Good","doc":"d","groups":[{"data_type_inc":"Nobody","doc":"d"}]}]}"#;
    let release = cache::read_namespace(namespace, "lab/namespace", Strictness::Lenient, |name| match name {
        "a" => Ok(source),
        _ => Err("not there".into()),
    })
    .unwrap();
    let kinds: Vec<_> = release.problems.iter().map(nwb_schema::Error::kind).collect();
    use ErrorKind::{BadDtype, BadName, Malformed, MissingSource};
    // The version, a dtype, a doc, a group without name and type, a group that is none, the lost source.
    assert_eq!(kinds, [Malformed, BadDtype, Malformed, BadName, Malformed, MissingSource]);
    assert_eq!(release.namespace.version, "1.5");
    let catalog = build(vec![release], Strictness::Lenient).unwrap();
    assert_eq!(catalog.types().map(|it| it.name()).collect::<Vec<_>>(), ["Good", "Orphan", "Child"]);
    let kinds: Vec<_> = catalog.problems().iter().map(nwb_schema::Error::kind).collect();
    assert_eq!(kinds, [ErrorKind::MissingNamespace, ErrorKind::MissingType, ErrorKind::MissingType]);
    assert_eq!(catalog.find("Child").unwrap().members().datasets.len(), 2);
}

#[test]
fn hostile_texts_are_refused() {
    let deep = |depth| format!("{}{}", "{\"groups\":[".repeat(depth), "]}".repeat(depth));
    let error = resolve(&deep(500)).unwrap_err();
    assert!(error.is_malformed(), "{error}");
    let release = cache::read_namespace(
        r#"{"namespaces":[{"name":"lab","version":"1","doc":"d","schema":[{"source":"a"}]}]}"#,
        "lab",
        Strictness::Lenient,
        |_| Ok(deep(100_000)),
    )
    .unwrap();
    assert!(release.problems[0].is_malformed());
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n\
                d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n\
                g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g]";
    assert!(resolve(bomb).unwrap_err().is_malformed());
    let many =
        format!("datasets: [{{data_type_def: A, doc: d, attributes: [{}]}}]", "{name: a, doc: d},".repeat(10_001));
    check(&many, ErrorKind::Malformed, "datasets[0].attributes", "10001");
    // A type that contains itself, refined: its members unfold as deep as somebody asks, no deeper.
    let endless = "groups: [{data_type_def: A, doc: d, groups: [{name: s, data_type_inc: A, doc: d, groups: \
                   [{name: s, doc: d, attributes: [{name: x, doc: d, dtype: int}]}]}]}]";
    let catalog = resolve(endless).unwrap();
    let members = catalog.members_at(catalog.find("A").unwrap(), "s/s/s/s").unwrap();
    assert!(members.attribute("x").is_some());
    let endless_datasets = catalog.find("A").unwrap().members().group("s").unwrap();
    assert!(endless_datasets.refines_members());
}
