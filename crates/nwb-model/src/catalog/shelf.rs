//! What was made of cached specs, for the other files in which the same texts stand.
//!
//! The files of a folder bring the same specs along as a rule, and reading these takes longer than all the rest of a small file. What
//! is kept is found by the texts themselves, all of them: two files with two versions of an extension, or with two texts of one
//! version, have each what is theirs. It is kept for as long as the process runs, and that within bounds.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use nwb_schema::Catalog;
use nwb_schema::spec::Release;

/// How many namespaces and how many catalogs are kept.
const MOST: usize = 64;

/// How many bytes the texts of all namespaces may have together, and those of a single one.
const MOST_BYTES: usize = 32 << 20;
const MOST_OF_ONE: usize = 4 << 20;

/// A namespace with its sources, or why there is none.
pub(super) type Read = Result<Arc<Release>, String>;

static RELEASES: Mutex<VecDeque<Kept>> = Mutex::new(VecDeque::new());
static CATALOGS: Mutex<VecDeque<(Vec<Arc<Release>>, Catalog)>> = Mutex::new(VecDeque::new());

/// The documents of a folder of specs, by name.
pub(super) type Texts<'a> = [(&'a str, &'a str)];

struct Kept {
    /// Where it lay: errors name it.
    folder: String,
    texts: Vec<(String, String)>,
    read: Read,
}

impl Kept {
    fn is_of(&self, folder: &str, texts: &Texts<'_>) -> bool {
        let same = |(a, b): (&(String, String), &(&str, &str))| a.0 == b.0 && a.1.len() == b.1.len() && a.1 == b.1;
        self.folder == folder && self.texts.len() == texts.len() && self.texts.iter().zip(texts).all(same)
    }

    fn bytes(&self) -> usize {
        self.texts.iter().map(|(name, text)| name.len() + text.len()).sum()
    }
}

/// What these texts say: as it was read before, else as it is read now.
pub(super) fn release(folder: &str, texts: &Texts<'_>, read: impl FnOnce() -> Read) -> Read {
    let known = |kept: &VecDeque<Kept>| kept.iter().find(|one| one.is_of(folder, texts)).map(|one| one.read.clone());
    let lock = || RELEASES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = known(&lock()) {
        return known;
    }
    let read = read();
    let texts: Vec<_> = texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let new = Kept { folder: folder.to_owned(), texts, read: read.clone() };
    if new.bytes() > MOST_OF_ONE {
        return read;
    }
    let mut kept = lock();
    let borrowed: Vec<_> = new.texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    // Another thread may have read it meanwhile: catalogs are found by which releases they are of.
    if let Some(known) = kept.iter().find(|one| one.is_of(folder, &borrowed)) {
        return known.read.clone();
    }
    kept.push_back(new);
    while kept.len() > MOST || kept.iter().map(Kept::bytes).sum::<usize>() > MOST_BYTES {
        kept.pop_front();
    }
    read
}

/// The catalog of these releases, in this order.
pub(super) fn catalog(
    releases: Vec<Arc<Release>>,
    build: impl FnOnce(Vec<Arc<Release>>) -> Option<Catalog>,
) -> Option<Catalog> {
    let same = |of: &[Arc<Release>]| {
        of.len() == releases.len() && of.iter().zip(&releases).all(|(one, other)| Arc::ptr_eq(one, other))
    };
    let lock = || CATALOGS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, known)) = lock().iter().find(|(of, _)| same(of)) {
        return Some(known.clone());
    }
    let built = build(releases.clone())?;
    let mut kept = lock();
    if !kept.iter().any(|(of, _)| same(of)) {
        kept.push_back((releases, built.clone()));
        if kept.len() > MOST {
            kept.pop_front();
        }
    }
    Some(built)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts_of(version: &str) -> (String, String) {
        let namespace = format!(
            r#"{{"namespaces":[{{"doc":"a","schema":[{{"source":"s"}}],"name":"lab","version":"{version}"}}]}}"#
        );
        (namespace, format!(r#"{{"groups":[{{"neurodata_type_def":"Rig","doc":"of {version}"}}]}}"#))
    }

    fn read(version: &str, times: &mut usize) -> Arc<Release> {
        let (namespace, source) = texts_of(version);
        let texts = [("namespace", namespace.as_str()), ("s", source.as_str())];
        release("/specifications/lab/of the test", &texts, || {
            *times += 1;
            let load = |_: &str| Ok(source.clone());
            let strictness = nwb_schema::Strictness::Lenient;
            nwb_schema::cache::read_namespace(&namespace, "n", strictness, load)
                .map(Arc::new)
                .map_err(|e| e.to_string())
        })
        .unwrap()
    }

    #[test]
    fn the_same_texts_are_read_once_within_bounds() {
        let mut times = 0;
        let (a, b, again) = (read("1", &mut times), read("2", &mut times), read("1", &mut times));
        assert_eq!((a.namespace.version.as_str(), b.namespace.version.as_str(), times), ("1", "2", 2));
        assert!(Arc::ptr_eq(&a, &again));

        let mut built = 0;
        let mut catalog_of = |releases: &[&Arc<Release>]| {
            catalog(releases.iter().map(|one| Arc::clone(one)).collect(), |releases| {
                built += 1;
                let builder = Catalog::builder().strictness(nwb_schema::Strictness::Lenient);
                releases.into_iter().fold(builder, |builder, one| builder.add_shared(one)).build().ok()
            })
            .unwrap()
        };
        let doc = |catalog: &Catalog| format!("{:?}", catalog.get("lab", "Rig").unwrap().declared());
        let (of_a, of_b, of_a_again) = (catalog_of(&[&a]), catalog_of(&[&b]), catalog_of(&[&a]));
        assert!(doc(&of_a).contains("of 1") && doc(&of_b).contains("of 2"));
        assert_eq!((doc(&of_a), built), (doc(&of_a_again), 2));

        // What is kept has bounds.
        for number in 0..3 * MOST {
            read(&format!("many {number}"), &mut 0);
        }
        assert!(RELEASES.lock().unwrap().len() <= MOST);
        let mut times = 0;
        let big = "x".repeat(MOST_OF_ONE + 1);
        for _ in 0..2 {
            _ = release("big", &[("namespace", &big)], || {
                times += 1;
                Err("no".into())
            });
        }
        assert_eq!(times, 2);
    }
}
