//! How the datasets of a file are stored where nobody says it for one of them: rules by what a dataset is, as data.

mod rule;

use std::fmt;
use std::sync::Arc;

use nwb_schema::EffectiveType;
use serde_json::Value as Json;

use crate::backend::{DatasetInfo, Filter};
use crate::error::{Error, ErrorKind, Result};
use rule::Rule;

/// The profiles that are built in.
const BUILT_IN: &str = include_str!("profile/profiles.json");

/// How the datasets of a file are stored where nobody says it for one of them.
///
/// A profile is a list of rules: the first that a dataset answers to tells the shape of its chunks and its filters. Datasets
/// smaller than the profile cares for, single values, texts and references are stored as in [`none`](Self::none): in one run,
/// and columns of tables in chunks, so that they can grow.
///
/// | name | |
/// | --- | --- |
/// | `portable`, the default | series and images shuffled and compressed with deflate (gzip) 4, in chunks of about 4 MB: whole frames or tiles of movies, blocks of time and channels of traces |
/// | `compact` | everything compressed with deflate 9 |
/// | `fast` | deflate 1, smaller chunks |
/// | `none` | nothing compressed |
///
/// All of these use only the filters that every HDF5 library has. What a dataset is stored like can be said for each:
/// [`Data::chunks`](crate::data::Data::chunks), [`Data::deflate`](crate::data::Data::deflate),
/// [`Data::profile`](crate::data::Data::profile).
///
/// ```
/// use nwb_model::edit::EditOptions;
/// use nwb_model::profile::Profile;
///
/// let options = EditOptions::default().profile(Profile::compact());
///
/// // One's own.
/// let mine = Profile::from_json(
///     "mine",
///     r#"{ "smallest": 100000, "rules": [
///         { "of": "ImageSeries", "dataset": "data", "chunks": "rows", "bytes": 2000000, "filters": ["shuffle", "lzf"] },
///         { "chunks": "rows", "bytes": 1000000, "filters": ["shuffle", "deflate 6", "fletcher32"] }
///     ] }"#,
/// )?;
/// assert_eq!(mine.name(), "mine");
/// # Ok::<(), nwb_model::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Profile(Arc<Inner>);

#[derive(PartialEq, Eq)]
struct Inner {
    name: String,
    about: String,
    /// Bytes of the smallest dataset that rules are for.
    smallest: u64,
    rules: Vec<Rule>,
}

/// Whether a profile has said how a dataset is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ruled {
    Yes,
    No,
}

/// What a dataset is.
#[derive(Clone, Copy)]
pub(crate) struct Role<'a> {
    /// Its type, or that of the object that it is a field of.
    pub(crate) of: Option<&'a EffectiveType>,
    /// Its name, of a field.
    pub(crate) dataset: Option<&'a str>,
}

impl<'a> Role<'a> {
    /// A dataset that is an object itself.
    pub(crate) fn object(own: &'a EffectiveType) -> Self {
        Self { of: Some(own), dataset: None }
    }

    /// A dataset that is a field of an object.
    pub(crate) fn field(of: Option<&'a EffectiveType>, name: &'a str) -> Self {
        Self { of, dataset: Some(name) }
    }

    /// What comes in row by row, by its number of axes: frames of a movie, or samples.
    pub(crate) fn of_stream(axes: usize) -> Role<'static> {
        let of = if axes > 2 { "ImageSeries" } else { "TimeSeries" };
        Role::field(nwb_schema::embedded::catalog().find(of), "data")
    }

    /// The type of the dataset itself.
    pub(crate) fn own(self) -> Option<&'a EffectiveType> {
        self.of.filter(|_| self.dataset.is_none())
    }
}

impl Profile {
    /// Compressed with what every HDF5 library has; the default.
    #[must_use]
    pub fn portable() -> Self {
        Self::built_in("portable")
    }

    /// As small as every HDF5 library can read it.
    #[must_use]
    pub fn compact() -> Self {
        Self::built_in("compact")
    }

    /// Compressed quickly, in small chunks.
    #[must_use]
    pub fn fast() -> Self {
        Self::built_in("fast")
    }

    /// Nothing compressed, in one run each but for what can grow.
    #[must_use]
    pub fn none() -> Self {
        Self::built_in("none")
    }

    fn built_in(name: &str) -> Self {
        // The tests read all of them.
        let without_rules = || Inner { name: name.into(), about: String::new(), smallest: 0, rules: Vec::new() };
        Self::named(name).unwrap_or_else(|_| Self(Arc::new(without_rules())))
    }

    /// The names of those that are built in.
    #[must_use]
    pub fn names() -> [&'static str; 4] {
        ["portable", "compact", "fast", "none"]
    }

    /// The built-in profile of that name.
    ///
    /// # Errors
    /// When there is none.
    pub fn named(name: &str) -> Result<Self> {
        let profiles: Json = serde_json::from_str(BUILT_IN).map_err(rule::malformed)?;
        match profiles.get(name) {
            Some(found) => Self::parse(name, found),
            None => Err(Error::new(ErrorKind::NotFound, format!("there is no storage profile \"{name}\""))
                .expected(Self::names().join(", "))),
        }
    }

    /// A profile of one's own: an object with `smallest` (bytes; smaller datasets are left as they are), `about` and `rules`.
    ///
    /// Each rule says what datasets it is for: `of`, the neurodata type of the dataset or of the object that it is a field of, or
    /// any type that extends it; `dataset`, its name; `axes`, how many it has at the least. And it says how those are stored:
    /// `chunks`, `"rows"` (as many whole rows or frames as fit, or tiles of one), `"traces"` (of two axes, blocks of
    /// at most `channels` columns) or `"none"` (in one run, if it does not have to grow); `bytes`, the size of a chunk; `filters`, in the order of writing: `"shuffle"`, `"deflate 4"`, `"lzf"`,
    /// `"fletcher32"`, or an object with `id`, `name` and `parameters`.
    ///
    /// # Errors
    /// When the text is no JSON, or not such an object.
    pub fn from_json(name: &str, text: &str) -> Result<Self> {
        Self::parse(name, &serde_json::from_str(text).map_err(rule::malformed)?)
    }

    fn parse(name: &str, json: &Json) -> Result<Self> {
        let fields = rule::Fields::of(json, &["about", "smallest", "rules"])?;
        let rules = fields.list("rules")?.iter().map(Rule::parse).collect::<Result<_>>()?;
        let about = fields.text("about")?.unwrap_or_default().to_owned();
        Ok(Self(Arc::new(Inner { name: name.into(), about, smallest: fields.number("smallest")?.unwrap_or(0), rules })))
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is good for.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.0.about
    }

    /// Chooses chunks and filters of a dataset, if there is a rule for it.
    pub(crate) fn apply(&self, info: &mut DatasetInfo, role: Role<'_>) {
        _ = self.applied(info, role, self.0.smallest);
    }

    /// As [`apply`](Self::apply), for datasets of any size that holds something: one that was asked for by name.
    pub(crate) fn apply_to_any(&self, info: &mut DatasetInfo, role: Role<'_>) -> Ruled {
        self.applied(info, role, 0)
    }

    /// As [`apply`](Self::apply), and says whether there was a rule.
    pub(crate) fn apply_if_large(&self, info: &mut DatasetInfo, role: Role<'_>) -> Ruled {
        self.applied(info, role, self.0.smallest)
    }

    fn applied(&self, info: &mut DatasetInfo, role: Role<'_>, smallest: u64) -> Ruled {
        let dims = info.shape.dims();
        let bytes = dims.iter().fold(info.dtype.size() as u64, |product, &len| product.saturating_mul(len));
        // What is in a chunk of texts is where they are.
        if dims.is_empty() || bytes < smallest.max(1) || !info.dtype.is_plain() {
            return Ruled::No;
        }
        let Some(rule) = self.0.rules.iter().find(|rule| rule.is_for(role, dims.len())) else { return Ruled::No };
        info.layout = rule.layout(&info.dtype, dims);
        info.filters = rule.filters(&info.dtype);
        Ruled::Yes
    }

    /// The filters of its rules that some readers lack, each once.
    #[must_use]
    pub fn uncommon_filters(&self) -> Vec<Filter> {
        let mut found: Vec<Filter> = Vec::new();
        for filter in self.0.rules.iter().flat_map(Rule::all_filters) {
            if filter.who_lacks_it().is_some() && found.iter().all(|other| other.id != filter.id) {
                found.push(filter.clone());
            }
        }
        found
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::portable()
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Profile").field(&self.name()).finish()
    }
}

#[cfg(test)]
mod tests {
    use nwb_schema::embedded;

    use super::*;
    use crate::backend::Layout;
    use crate::dtype::{Dtype, Number};
    use crate::value::Shape;

    fn stored(profile: &Profile, of: &str, dataset: Option<&str>, number: Number, dims: &[u64]) -> (Layout, usize) {
        let mut info = DatasetInfo::new(Dtype::native(number), Shape::of(dims));
        profile.apply(&mut info, Role { of: embedded::catalog().find(of), dataset });
        (info.layout, info.filters.len())
    }

    #[test]
    fn datasets_are_stored_by_what_they_are() {
        let portable = Profile::named("portable").unwrap();
        let chunks = |of, dataset, number, dims: &[u64]| match stored(&portable, of, dataset, number, dims) {
            (Layout::Chunked(chunk), filters) => (chunk, filters),
            other => (vec![], other.1),
        };
        use Number::{F32, F64, I16, U8, U16};
        let data = Some("data");
        assert_eq!(chunks("TwoPhotonSeries", data, U16, &[1000, 512, 512]), (vec![8, 512, 512], 2), "whole frames");
        assert_eq!(chunks("OnePhotonSeries", data, U8, &[1000, 4096, 4096]), (vec![1, 2048, 2048], 1), "tiles");
        assert_eq!(chunks("TwoPhotonSeries", data, U16, &[10, 512, 512, 30]), (vec![1, 256, 256, 30], 2), "volumes");
        assert_eq!(chunks("ElectricalSeries", data, I16, &[10_000_000, 384]), (vec![32680, 64], 2));
        assert_eq!(chunks("RoiResponseSeries", data, F64, &[20_000, 70]), (vec![10000, 35], 2));
        assert_eq!(chunks("ElectricalSeries", Some("timestamps"), F64, &[1 << 20]), (vec![1 << 19], 2));
        assert_eq!(chunks("VectorData", None, F64, &[1 << 20]), (vec![1 << 19], 0));
        assert_eq!(chunks("VectorData", None, F32, &[500, 512, 512]), (vec![1, 512, 512], 2));
        assert_eq!(chunks("TwoPhotonSeries", data, U16, &[3, 10, 10]), (vec![], 0), "small");
        assert_eq!(chunks("NWBFile", Some("x"), U16, &[1 << 20]), (vec![1 << 20], 2));
        let none = Profile::none();
        assert_eq!(stored(&none, "TwoPhotonSeries", data, U16, &[1000, 512, 512]), (Layout::Contiguous, 0));
    }

    #[test]
    fn built_in_profiles_use_what_every_library_has() {
        let rows = Some("data");
        for name in Profile::names() {
            let profile = Profile::named(name).unwrap();
            assert!(!profile.about().is_empty() && profile.uncommon_filters().is_empty());
            for rule in &profile.0.rules {
                let filters = rule.filters(&Dtype::native(Number::F64));
                assert!(filters.iter().all(|filter| filter.id <= 3), "{name}: {filters:?}");
            }
        }
        assert_eq!(stored(&Profile::compact(), "ImageSeries", rows, Number::U16, &[100, 100, 100]).1, 2);
    }

    #[test]
    fn refuses_what_it_does_not_understand() {
        for (text, word) in [
            ("[]", "object"),
            ("{", "JSON"),
            (r#"{"rules": 3}"#, "list"),
            (r#"{"rules": [{"chunks": "rows", "byte": 4}]}"#, "byte"),
            (r#"{"rules": [{"chunks": "stripes", "bytes": 4}]}"#, "stripes"),
            (r#"{"rules": [{"chunks": "rows", "bytes": 0}]}"#, "bytes"),
            (r#"{"rules": [{"chunks": "rows", "bytes": 4, "filters": ["deflate 10"]}]}"#, "deflate"),
            (r#"{"rules": [{"chunks": "rows", "bytes": 4, "filters": ["zstd"]}]}"#, "zstd"),
            (r#"{"rules": [{"chunks": "traces", "bytes": 4, "channels": "all"}]}"#, "channels"),
            (r#"{"rules": [{"chunks": "none", "filters": ["shuffle"]}]}"#, "none"),
        ] {
            let error = Profile::from_json("mine", text).unwrap_err().to_string();
            assert!(error.contains(word), "{text}: {error}");
        }
        let text = r#"{"rules": [{"chunks": "rows", "bytes": 4, "filters": [{"id": 32015, "name": "zstd", "parameters": [3]}]}]}"#;
        let filters = Profile::from_json("mine", text).unwrap().0.rules[0].filters(&Dtype::native(Number::U16));
        assert!(matches!(filters.as_slice(), [Filter { id: 32015, .. }]));
        let uncommon = Profile::from_json("mine", text).unwrap().uncommon_filters();
        assert!(uncommon[0].who_lacks_it().unwrap().contains("hdf5plugin"), "{uncommon:?}");
        assert!(Profile::named("best").unwrap_err().to_string().contains("portable"));
    }
}
