//! YAML, the cached form, and the cached form that PyNWB writes say the same.

use std::path::PathBuf;

use nwb_schema::spec::Release;
use nwb_schema::{Catalog, EffectiveGroup, Members, Strictness, cache, embedded};

use crate::published::published;

fn catalog(releases: Vec<Release>, strictness: Strictness) -> Catalog {
    releases
        .into_iter()
        .fold(Catalog::builder().strictness(strictness), nwb_schema::CatalogBuilder::add)
        .build()
        .unwrap()
}

/// Fails where two catalogs differ in any type.
fn assert_same(left: &Catalog, right: &Catalog) {
    assert_eq!(left.types().len(), right.types().len());
    for (one, other) in left.types().zip(right.types()) {
        let name = one.type_name();
        assert_eq!((name, one.source(), one.doc()), (other.type_name(), other.source(), other.doc()));
        assert_eq!((one.ancestors(), one.children()), (other.ancestors(), other.children()), "{name}");
        assert_eq!(one.dataset(), other.dataset(), "{name}");
        assert_eq!(one.members().attributes, other.members().attributes, "{name}");
        assert_eq!(one.members().datasets, other.members().datasets, "{name}");
        assert_eq!(one.members().links, other.members().links, "{name}");
        same_groups((left, one.members()), (right, other.members()), 0);
    }
}

/// Groups are compared by what their slots ask for and by their members, since tables contain tables only three deep.
fn same_groups((left, one): (&Catalog, &Members), (right, other): (&Catalog, &Members), depth: usize) {
    let shown =
        |group: &EffectiveGroup| (group.name.clone(), group.type_name.clone(), group.quantity, group.doc.clone());
    assert_eq!(
        one.groups.iter().map(|group| shown(group)).collect::<Vec<_>>(),
        other.groups.iter().map(|group| shown(group)).collect::<Vec<_>>()
    );
    for (one, other) in one.groups.iter().zip(&other.groups) {
        let (one, other) = (left.members(one), right.members(other));
        assert_eq!((&one.attributes, &one.datasets, &one.links), (&other.attributes, &other.datasets, &other.links));
        if depth < 3 {
            same_groups((left, one), (right, other), depth + 1);
        }
    }
}

fn from_texts(texts: &[(String, String)], strictness: Strictness) -> Release {
    let text = |name: &str| texts.iter().find(|(known, _)| known == name).map(|(_, text)| text.clone());
    cache::read_namespace(&text("namespace").unwrap(), "namespace", strictness, |name| {
        text(name).ok_or_else(|| "not there".into())
    })
    .unwrap()
}

#[test]
fn yaml_and_its_cached_form_resolve_alike() {
    let Some(releases) = published() else { return };
    let mut again = Vec::new();
    for release in &releases {
        let texts = cache::write_namespace(release);
        assert!(texts.iter().all(|(_, text)| text.is_ascii() && !text.contains('\n')));
        let read = from_texts(&texts, Strictness::Strict);
        assert_eq!(read.sources, release.sources, "{}", release.namespace.name);
        assert_eq!(cache::write_namespace(&read), texts, "writing is stable");
        again.push(read);
    }
    assert_same(&catalog(releases, Strictness::Strict), &catalog(again, Strictness::Strict));
}

/// The comparison of this file sees a single changed word, wherever it is.
#[test]
fn a_changed_word_is_seen() {
    let changes = [
        ("core", "\"value\":\"volts\"", "\"value\":\"ohms\""),
        ("core", "\"target_type\":\"ImagingPlane\"", "\"target_type\":\"Device\""),
        ("core", "\"doc\":\"An imaging plane.\"", "\"doc\":\"A plane.\""),
        ("hdmf-common", "\"dtype\":\"uint8\"", "\"dtype\":\"uint16\""),
    ];
    for (changed, from, to) in changes {
        let releases = embedded::namespaces().iter().map(|namespace| {
            let change =
                |text: &str| if namespace.name == changed { text.replacen(from, to, 1) } else { text.to_owned() };
            let texts: Vec<_> = namespace.texts.iter().map(|(name, text)| ((*name).to_owned(), change(text))).collect();
            from_texts(&texts, Strictness::Lenient)
        });
        let changed = catalog(releases.collect(), Strictness::Lenient);
        let compare = std::panic::AssertUnwindSafe(|| assert_same(embedded::catalog(), &changed));
        let seen = std::panic::catch_unwind(compare).is_err();
        assert!(seen, "{from} -> {to}");
    }
}

/// PyNWB 4.2.0 caches some types of the HDMF namespaces half resolved; the sources that it does so to are in `fixtures/`.
#[test]
fn caches_of_pynwb_resolve_alike() {
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pynwb-4.2.0");
    let mut replaced = 0;
    let releases = embedded::namespaces()
        .iter()
        .map(|namespace| {
            let texts: Vec<_> = namespace
                .texts
                .iter()
                .map(|(name, text)| {
                    let fixture = std::fs::read_to_string(fixtures.join(namespace.name).join(format!("{name}.json")));
                    replaced += usize::from(fixture.is_ok());
                    ((*name).to_owned(), fixture.unwrap_or_else(|_| (*text).to_owned()))
                })
                .collect();
            from_texts(&texts, Strictness::Lenient)
        })
        .collect();
    assert_eq!(replaced, 2);
    let cached = catalog(releases, Strictness::Lenient);
    assert_eq!(cached.problems().iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    assert_same(embedded::catalog(), &cached);
}

/// With `NWB_SCHEMA_PYTHON` naming a Python that has PyNWB, everything that it caches now is compared.
#[test]
fn fresh_caches_of_pynwb_resolve_alike() {
    let Some(python) = std::env::var_os("NWB_SCHEMA_PYTHON") else {
        eprintln!("skipped: NWB_SCHEMA_PYTHON does not name a Python with PyNWB");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let script = "import datetime, json, pynwb, h5py\n\
        f = pynwb.NWBFile('a', 'b', datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc))\n\
        with pynwb.NWBHDF5IO('a.nwb', 'w') as io: io.write(f)\n\
        s = h5py.File('a.nwb')['specifications']\n\
        json.dump({n: {k: d[()].decode() for v in s[n].values() for k, d in v.items()} for n in s}, open('specs.json', 'w'))";
    let status =
        std::process::Command::new(python).args(["-W", "ignore", "-c", script]).current_dir(&folder).status().unwrap();
    assert!(status.success());
    let specs: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path().join("specs.json")).unwrap()).unwrap();
    let mut releases = Vec::new();
    for namespace in embedded::namespaces() {
        let texts: Vec<(String, String)> = specs[namespace.name]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, text)| (name.clone(), text.as_str().unwrap().to_owned()))
            .collect();
        assert_eq!(texts.len(), namespace.texts.len());
        let namespace_text = &texts.iter().find(|(name, _)| name == "namespace").unwrap().1;
        assert_eq!(Some(namespace_text.as_str()), namespace.text("namespace"), "byte by byte");
        releases.push(from_texts(&texts, Strictness::Lenient));
    }
    let cached = catalog(releases, Strictness::Lenient);
    assert!(cached.problems().is_empty(), "{:?}", cached.problems());
    assert_same(embedded::catalog(), &cached);
}
