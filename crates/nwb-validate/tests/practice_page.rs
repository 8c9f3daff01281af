//! The page of the rules about practice is what the table of them says, and the table has all checks of the peer.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::path::Path;

use nwb_validate::{Options, Registry, Set, Severity};

fn practice() -> Registry<'static> {
    let rules = |registry: Registry<'static>, (set, rule)| registry.with(set, rule);
    Registry::standard().rules().filter(|(set, _)| *set == Set::Practice).fold(Registry::empty(), rules)
}

/// With `NWB_WRITE_PAGES=1` it is written.
#[test]
fn the_page_is_up_to_date() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("practice.md");
    let text = format!(
        "# What best practice asks for\n\nThe checks of nwbinspector 0.7.2, by its names and as grave as it says; every row is looked \
         at, where nwbinspector looks at the first 200. In what they differ from it stands in `tests/practice-differences.md`.\n\n{}",
        practice().page()
    );
    if std::env::var_os("NWB_WRITE_PAGES").is_some() {
        std::fs::write(&page, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&page).unwrap(), text, "write it anew with NWB_WRITE_PAGES=1");
}

#[test]
fn all_checks_are_there_each_as_grave_as_its_name_says() {
    let registry = practice();
    let count = |severity| registry.rules().filter(|(_, rule)| rule.severity() == severity).count();
    assert_eq!(registry.rules().count(), 85);
    assert_eq!([Severity::Critical, Severity::Violation, Severity::Suggestion].map(count), [23, 43, 19]);
    assert!(registry.rules().all(|(_, rule)| rule.peer() == Some(rule.code()) && rule.code().starts_with("check_")));
    assert!(Options::default().dandi().unknown_names(&registry).is_empty());
}
