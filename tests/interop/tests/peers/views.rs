//! Typed views: every object casts to the view of its type, and what the views say is what PyNWB's objects hold.

mod accessors;
mod casts;
mod fields;

use std::sync::Arc;

use libtest_mimic::Trial;

use crate::case;
use crate::fixture::Fixture;

pub(crate) fn cases(fixture: &Arc<Fixture>) -> Vec<Trial> {
    let mut trials = vec![
        case(fixture, "views/there is one for each type", |_| casts::complete()),
        case(fixture, "views/every accessor is compared", |_| fields::complete()),
        case(fixture, "views/same fields/theirs", |fixture| fields::same(fixture, &fixture.theirs)),
        case(fixture, "views/same fields/ours", |fixture| fields::same(fixture, &fixture.ours)),
        case(fixture, "views/finds a fault", fields::finds),
    ];
    for file in fixture.files.iter().filter(|file| file.nwb) {
        let (name, path) = (format!("views/casts/{}", file.name), file.path.clone());
        trials.push(case(fixture, name, move |_| casts::all(&path)));
    }
    trials
}
