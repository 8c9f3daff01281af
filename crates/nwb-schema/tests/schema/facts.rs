//! What is known of the published types.

use nwb_schema::{Catalog, embedded};

fn catalog() -> &'static Catalog {
    embedded::catalog()
}

#[test]
fn every_published_type_resolves() {
    let catalog = embedded::build().unwrap();
    assert!(catalog.problems().is_empty());
    let count = |namespace| catalog.types_of(namespace).count();
    assert_eq!((count("core"), count("hdmf-common"), count("hdmf-experimental")), (83, 12, 1));
}
