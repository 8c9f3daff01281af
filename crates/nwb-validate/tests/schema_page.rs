//! The page of the rules about the schema is what the table of them says.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;
use std::path::Path;

use nwb_validate::{Options, Registry, Set};

/// With `NWB_WRITE_PAGES=1` it is written.
#[test]
fn the_page_is_up_to_date() {
    let rules = |registry: Registry<'static>, (set, rule)| registry.with(set, rule);
    let schema = Registry::standard().rules().filter(|(set, _)| *set == Set::Schema).fold(Registry::empty(), rules);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.md");
    let text = format!(
        "# What the schema asks for\n\nA file is held against the schema that is cached in it, else against the embedded one. The names \
         of the peer are the classes of `hdmf.validate.errors`. In what the rules differ from it stands in \
         `tests/schema-differences.md`.\n\n{}",
        schema.page()
    );
    if std::env::var_os("NWB_WRITE_PAGES").is_some() {
        std::fs::write(&page, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&page).unwrap(), text, "write it anew with NWB_WRITE_PAGES=1");
}

#[test]
fn every_rule_has_a_code_of_its_own_and_is_found_by_it() {
    let registry = Registry::standard();
    let codes: BTreeSet<&str> = registry.rules().map(|(_, rule)| rule.code()).collect();
    assert_eq!(codes.len(), registry.rules().count());
    assert!(codes.iter().all(|code| registry.rule(code).is_some()));
    let options = Options::default().select(["table", "member.missing", "DtypeError"]).ignore(["table.absent-column"]);
    assert!(options.unknown_names(&registry).is_empty());
    assert_eq!(Options::default().select(["tab", "nobody"]).unknown_names(&registry), ["tab", "nobody"]);
}
