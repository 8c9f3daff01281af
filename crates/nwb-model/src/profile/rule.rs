//! One rule of a profile: what datasets it is for, and how they are stored.

use serde_json::{Map, Value as Json};

use super::Role;
use crate::backend::{Filter, Layout, Optional};
use crate::dtype::Dtype;
use crate::error::{Error, ErrorKind, Result};
use crate::layout;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    of: Option<String>,
    dataset: Option<String>,
    axes: u64,
    shape: ChunkShape,
    bytes: u64,
    filters: Vec<Filter>,
}

/// How the shape of a chunk is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ChunkShape {
    /// Whole rows, or parts of one.
    Rows,
    /// Of two axes, time and channels: so many channels.
    Traces { channels: u64 },
    /// No chunks.
    None,
}

impl Rule {
    pub(super) fn parse(json: &Json) -> Result<Self> {
        let fields = Fields::of(json, &["of", "dataset", "axes", "chunks", "channels", "bytes", "filters"])?;
        let shape = match fields.text("chunks")? {
            Some("rows") => ChunkShape::Rows,
            Some("traces") => ChunkShape::Traces { channels: fields.number("channels")?.unwrap_or(64).max(1) },
            Some("none") => ChunkShape::None,
            other => return Err(wrong("chunks", "\"rows\", \"traces\" or \"none\"", other.unwrap_or("nothing"))),
        };
        let bytes = fields.number("bytes")?.filter(|bytes| (1..=1 << 31).contains(bytes));
        let filters: Vec<Filter> = fields.list("filters")?.iter().map(filter).collect::<Result<_>>()?;
        let bytes = match shape {
            ChunkShape::None if !filters.is_empty() => {
                return Err(wrong("filters", "none without chunks", "filters beside \"chunks\": \"none\""));
            }
            ChunkShape::None => Some(bytes.unwrap_or(1)),
            _ => bytes,
        };
        Ok(Self {
            of: fields.text("of")?.map(str::to_owned),
            dataset: fields.text("dataset")?.map(str::to_owned),
            axes: fields.number("axes")?.unwrap_or(0),
            shape,
            bytes: bytes.ok_or_else(|| wrong("bytes", "a number from 1 to 2147483648", "none"))?,
            filters,
        })
    }

    pub(super) fn is_for(&self, role: Role<'_>, axes: usize) -> bool {
        let is_of = self.of.as_ref().is_none_or(|of| role.of.is_some_and(|own| own.is_a_named(of)));
        let is_named = self.dataset.as_ref().is_none_or(|name| role.dataset == Some(name));
        is_of && is_named && axes as u64 >= self.axes
    }

    /// How data of that shape lie. Without chunks: in one run, which what has to grow is not later on.
    pub(super) fn layout(&self, dtype: &Dtype, dims: &[u64]) -> Layout {
        match self.shape {
            ChunkShape::None => Layout::Contiguous,
            _ => Layout::Chunked(self.chunk(dtype, dims)),
        }
    }

    /// All of its filters, whatever the elements are.
    pub(super) fn all_filters(&self) -> &[Filter] {
        &self.filters
    }

    /// The shape of a chunk of data of that shape.
    fn chunk(&self, dtype: &Dtype, dims: &[u64]) -> Vec<u64> {
        match (self.shape, dims) {
            (ChunkShape::Traces { channels }, &[time, all]) => {
                let across = even(all, channels);
                let row = across.saturating_mul(dtype.size() as u64).max(1);
                vec![even(time, (self.bytes / row).max(1)), across]
            }
            _ => {
                let mut chunk = layout::chunk_of(dtype, dims, self.bytes);
                if let (Some(rows), Some(&all)) = (chunk.first_mut(), dims.first()) {
                    *rows = even(all, *rows);
                }
                chunk
            }
        }
    }

    /// The filters for elements of that type: one byte alone has nothing to be shuffled.
    pub(super) fn filters(&self, dtype: &Dtype) -> Vec<Filter> {
        self.filters.iter().filter(|filter| filter.id != 2 || dtype.size() > 1).cloned().collect()
    }
}

/// A length in even parts, none of them longer than `most`.
fn even(len: u64, most: u64) -> u64 {
    len.div_ceil(len.div_ceil(most.max(1)).max(1)).max(1)
}

fn filter(json: &Json) -> Result<Filter> {
    let unknown = || {
        wrong(
            "a filter",
            "\"shuffle\", \"deflate 0\" to \"deflate 9\", \"lzf\", \"fletcher32\", or an object",
            &json.to_string(),
        )
    };
    if json.is_object() {
        let fields = Fields::of(json, &["id", "name", "parameters"])?;
        let parameters = fields.list("parameters")?.iter();
        let number = |json: &Json| json.as_u64().and_then(|number| u32::try_from(number).ok()).ok_or_else(unknown);
        return Ok(Filter {
            id: fields.number("id")?.and_then(|id| u32::try_from(id).ok()).ok_or_else(unknown)?,
            optional: Optional::Yes,
            parameters: parameters.map(number).collect::<Result<_>>()?,
            name: fields.text("name")?.unwrap_or_default().to_owned(),
        });
    }
    let text = json.as_str().ok_or_else(unknown)?;
    match text.split_once(' ') {
        Some(("deflate", level)) => {
            let level = level.parse().ok().filter(|level| (0..=9).contains(level));
            level.map(Filter::deflate).ok_or_else(unknown)
        }
        None if text == "shuffle" => Ok(Filter::shuffle()),
        None if text == "fletcher32" => Ok(Filter::fletcher32()),
        None if text == "lzf" => Ok(Filter::lzf()),
        _ => Err(unknown()),
    }
}

/// The fields of an object, all of which are known.
pub(super) struct Fields<'a>(&'a Map<String, Json>);

impl<'a> Fields<'a> {
    pub(super) fn of(json: &'a Json, known: &[&str]) -> Result<Self> {
        let fields = json.as_object().ok_or_else(|| wrong("a storage profile", "an object", &json.to_string()))?;
        match fields.keys().find(|key| !known.contains(&key.as_str())) {
            Some(other) => Err(wrong("a storage profile", &known.join(", "), other)),
            None => Ok(Self(fields)),
        }
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>> {
        self.get(name, "a text", Json::as_str)
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<u64>> {
        self.get(name, "a whole number", Json::as_u64)
    }

    pub(super) fn list(&self, name: &str) -> Result<&'a [Json]> {
        Ok(self.get(name, "a list", |json| json.as_array().map(Vec::as_slice))?.unwrap_or_default())
    }

    fn get<T>(&self, name: &str, expected: &str, get: impl FnOnce(&'a Json) -> Option<T>) -> Result<Option<T>> {
        let Some(json) = self.0.get(name) else { return Ok(None) };
        get(json).map(Some).ok_or_else(|| wrong(name, expected, &json.to_string()))
    }
}

fn wrong(what: &str, expected: &str, found: &str) -> Error {
    Error::new(ErrorKind::Invalid, format!("{what} of a storage profile is not as it should be"))
        .expected(expected)
        .found(found)
}

pub(super) fn malformed(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::Invalid, "the storage profile is no JSON").caused_by(error)
}
