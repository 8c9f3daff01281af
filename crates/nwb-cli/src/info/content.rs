//! What is said of one object: of a series its samples and times, of a table its rows and columns, of anything else its fields.

use std::collections::HashSet;

use nwb::model::backend::{Address, Link};
use nwb::types::{DynamicTable, PlaneSegmentation, RoiResponseSeries, TimeSeries};
use nwb::{Dataset, Kind, Object, Result};
use serde::Serialize;
use serde_json::Value as Json;

use super::fields::{self, Fields};
use crate::failure::sentence;

/// Containers in containers are looked into so deep.
const MAX_DEPTH: usize = 8;

/// An object.
#[derive(Debug, Default, Serialize)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) path: String,
    #[serde(rename = "type")]
    pub(super) type_name: Option<String>,
    /// Where it lives, if this name is a link or a second name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) elements: Option<Elements>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) series: Option<Series>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) table: Option<Table>,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    pub(super) fields: Fields,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) children: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
}

/// The elements of a dataset.
#[derive(Debug, Serialize)]
pub(super) struct Elements {
    pub(super) dtype: String,
    pub(super) shape: Option<Vec<u64>>,
}

/// Samples and their times.
#[derive(Debug, Default, Serialize)]
pub(super) struct Series {
    pub(super) data: Option<Elements>,
    pub(super) unit: Option<String>,
    pub(super) samples: Option<u64>,
    /// Samples per second, where that is constant.
    pub(super) rate: Option<f64>,
    /// Time of the first sample, in seconds.
    pub(super) start: Option<f64>,
    /// How many times are given, where the rate is not constant.
    pub(super) timestamps: Option<u64>,
    /// From the first sample to the end of the last, or, of timestamps, from the first to the last; in seconds.
    pub(super) duration: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data_of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) timestamps_of: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) external_files: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) imaging_plane: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rois: Option<u64>,
}

/// Rows and columns.
#[derive(Debug, Default, Serialize)]
pub(super) struct Table {
    pub(super) rows: u64,
    pub(super) columns: Vec<Column>,
    /// Which kinds of masks the ROIs have, if the rows are ROIs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) masks: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) imaging_plane: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) reference_images: Vec<String>,
}

/// A column of a table.
#[derive(Debug, Serialize)]
pub(super) struct Column {
    pub(super) name: String,
    /// What it is, if it is more than a column.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) type_name: Option<String>,
    pub(super) dtype: Option<String>,
    pub(super) shape: Option<Vec<u64>>,
    /// Whether its cells differ in length.
    pub(super) ragged: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
}

/// What a name in a group stands for; `None` for an untyped dataset, which is a field of the group.
pub(super) fn item(group: &Object, name: &str, link: &Link, depth: usize, seen: &mut HashSet<Address>) -> Option<Item> {
    let path = if group.path() == "/" { format!("/{name}") } else { format!("{}/{name}", group.path()) };
    let mut item = Item { name: name.to_owned(), path, ..Item::default() };
    match link {
        Link::Soft(target) => item.link = Some(target.clone()),
        Link::External { file, path } => item.link = Some(format!("{path} of {file}")),
        Link::Hard(_) => {}
    }
    if let Err(error) = fill(&mut item, group, name, link, depth, seen) {
        item.error = Some(sentence(&error));
    }
    let is_field = item.type_name.is_none() && item.link.is_none() && item.elements.is_some();
    (depth == 0 || !is_field).then_some(item)
}

fn fill(
    item: &mut Item,
    group: &Object,
    name: &str,
    link: &Link,
    depth: usize,
    seen: &mut HashSet<Address>,
) -> Result<()> {
    let Some(object) = group.child(name)? else { return Ok(()) };
    item.type_name = object.type_name()?.map(|(_, name)| name.to_owned());
    let Link::Hard(address) = link else { return Ok(()) };
    if !seen.insert(*address) {
        item.link = Some(object.path().to_owned());
        return Ok(());
    }
    if object.kind()? == Kind::Dataset {
        item.elements = Some(elements(&object.dataset()?)?);
        item.fields = fields::attributes(&object)?;
    } else if is_series(&object)? {
        item.series = Some(series(&object)?);
        item.fields.extend(described(&object, &["description", "comments"]));
    } else if is_table(&object)? {
        item.table = Some(table(&object)?);
        item.fields.extend(described(&object, &["description"]));
        item.children = children(&object, depth, seen, |member| is_table(member).unwrap_or(true))?;
    } else {
        item.fields = fields::of(&object)?;
        item.children = children(&object, depth, seen, |_| true)?;
    }
    Ok(())
}

fn said(text: String) -> Option<String> {
    (!matches!(text.as_str(), "" | "no comments" | "no description")).then_some(text)
}

/// Attributes that say something: writers fill in these two where nothing was said.
fn described(object: &Object, names: &[&str]) -> Fields {
    names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), Json::String(said(fields::text(object, name)?)?))))
        .collect()
}

fn children(
    object: &Object,
    depth: usize,
    seen: &mut HashSet<Address>,
    is_wanted: impl Fn(&Object) -> bool,
) -> Result<Vec<Item>> {
    let mut found = Vec::new();
    if depth >= MAX_DEPTH {
        return Ok(found);
    }
    for (name, link) in object.links()? {
        let wanted = match object.child(name) {
            Ok(Some(member)) => matches!(link, Link::Hard(_)) && is_wanted(&member),
            Ok(None) => false,
            // A broken link is among the fields.
            Err(_) => matches!(link, Link::Hard(_)),
        };
        if wanted {
            found.extend(item(object, name, link, depth + 1, seen));
        }
    }
    Ok(found)
}

fn elements(dataset: &Dataset) -> Result<Elements> {
    let info = dataset.info()?;
    let shape = match &info.shape {
        nwb::model::value::Shape::Null => None,
        shape => Some(shape.dims().to_vec()),
    };
    Ok(Elements { dtype: info.dtype.to_string(), shape })
}

/// A series by its type, or, where nobody knows the type, by what it has.
fn is_series(object: &Object) -> Result<bool> {
    let has = |name: &str| object.links().is_ok_and(|links| links.iter().any(|(other, _)| other == name));
    Ok(object.is::<TimeSeries>()? || (has("data") && (has("timestamps") || has("starting_time"))))
}

/// A table by its type, or, where nobody knows the type, by what it has.
fn is_table(object: &Object) -> Result<bool> {
    Ok(object.is::<DynamicTable>()? || object.attribute("colnames")?.is_some())
}

fn member(object: &Object, name: &str) -> Result<Option<Dataset>> {
    object.child(name)?.map(|member| member.dataset()).transpose()
}

fn link_target(object: &Object, name: &str) -> Option<String> {
    match &object.links().ok()?.iter().find(|(other, _)| other == name)?.1 {
        Link::Hard(_) => None,
        Link::Soft(path) => Some(path.clone()),
        Link::External { file, path } => Some(format!("{path} of {file}")),
    }
}

/// The series whose dataset a link leads to.
fn shared_with(object: &Object, name: &str) -> Option<String> {
    link_target(object, name).map(|target| match target.split_once(&format!("/{name}")) {
        Some((series, rest)) if rest.is_empty() || rest.starts_with(" of ") => format!("{series}{rest}"),
        _ => target,
    })
}

fn series(object: &Object) -> Result<Series> {
    let mut found = Series::default();
    if let Some(data) = member(object, "data")? {
        found.samples = data.shape()?.first().copied();
        found.unit = fields::text(data.object(), "unit");
        if object.is::<RoiResponseSeries>()? {
            found.rois = Some(data.shape()?.get(1).copied().unwrap_or(1));
        }
        found.data = Some(elements(&data)?);
    }
    found.data_of = shared_with(object, "data");
    found.timestamps_of = shared_with(object, "timestamps");
    found.imaging_plane = link_target(object, "imaging_plane");
    if let Some(files) = member(object, "external_file")? {
        found.external_files = files.read_texts(..)?;
        // The frames are elsewhere; there may be a note of how many.
        found.samples = member(object, "num_samples")?.and_then(|n| n.read_value(..).ok()?.as_scalar().ok());
    }
    if let Some(start) = member(object, "starting_time")? {
        found.rate = start.object().attribute("rate")?.and_then(|rate| rate.as_scalar().ok());
        found.start = start.read_value(..)?.as_scalar().ok();
    }
    if let Some(times) = member(object, "timestamps")? {
        let count = times.shape()?.first().copied().unwrap_or(0);
        found.timestamps = Some(count);
        if count > 0 {
            let first = times.read::<f64, nwb::ndarray::Ix1>(0..1)?;
            let last = times.read::<f64, nwb::ndarray::Ix1>(usize::try_from(count - 1).unwrap_or(usize::MAX)..)?;
            found.start = first.first().copied();
            found.duration = first.first().zip(last.first()).map(|(first, last)| last - first);
        }
    } else if let (Some(samples), Some(rate)) = (found.samples, found.rate.filter(|rate| *rate > 0.0)) {
        found.duration = Some(samples as f64 / rate);
    }
    Ok(found)
}

fn table(object: &Object) -> Result<Table> {
    let mut found = Table::default();
    let names: Vec<String> = match object.attribute("colnames")? {
        // PyNWB writes an empty list as numbers.
        Some(names) if !names.is_empty() => names.as_texts()?.into_iter().map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    if let Some(ids) = member(object, "id")? {
        found.rows = ids.shape()?.first().copied().unwrap_or(0);
    }
    found.columns = names.into_iter().map(|name| column(object, name)).collect();
    if object.is::<PlaneSegmentation>()? {
        let kinds = ["image_mask", "pixel_mask", "voxel_mask"];
        let has = |kind: &&str| found.columns.iter().any(|column| column.name == *kind);
        found.masks = Some(kinds.into_iter().filter(has).map(str::to_owned).collect());
        found.imaging_plane = link_target(object, "imaging_plane");
        if let Some(images) = object.child("reference_images")? {
            found.reference_images = images.links()?.iter().map(|(name, _)| name.clone()).collect();
        }
    }
    Ok(found)
}

fn column(table: &Object, name: String) -> Column {
    let index = format!("{name}_index");
    let ragged = table.links().is_ok_and(|links| links.iter().any(|(other, _)| *other == index));
    let mut column = Column { name, type_name: None, dtype: None, shape: None, ragged, error: None };
    let read = |column: &mut Column| -> Result<()> {
        let Some(object) = table.child(&column.name)? else {
            column.error = Some("the column is missing".into());
            return Ok(());
        };
        column.type_name = object.type_name()?.map(|(_, name)| name.to_owned()).filter(|name| name != "VectorData");
        // A category of an AlignedDynamicTable is no dataset.
        if object.kind()? == Kind::Dataset {
            let elements = elements(&object.dataset()?)?;
            (column.dtype, column.shape) = (Some(elements.dtype), elements.shape);
        }
        Ok(())
    };
    if let Err(error) = read(&mut column) {
        column.error = Some(sentence(&error));
    }
    column
}
