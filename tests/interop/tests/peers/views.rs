//! Typed views.

use std::sync::Arc;

use libtest_mimic::Trial;

use crate::fixture::Fixture;

pub(crate) fn cases(_fixture: &Arc<Fixture>) -> Vec<Trial> {
    Vec::new()
}
