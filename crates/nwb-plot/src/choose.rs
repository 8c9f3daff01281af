//! What can be drawn, and what of it tells most.

use nwb_model::tree::{Kind, Object};
use nwb_model::types::{
    DfOverF, ElectricalSeries, EventsTable, Image, ImageSeries, Images, IntervalSeries, NwbFile, PlaneSegmentation,
    RoiResponseSeries, TimeIntervals, TimeSeries, Units,
};
use nwb_model::view::NeurodataType;

use crate::figure::Subject;
use crate::quantity::count;
use crate::{Error, ErrorKind, Result, View};

/// Something in a file that can be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    path: String,
    description: String,
    rank: u32,
}

impl Candidate {
    /// The path of the object.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What it is, in a few words: `RoiResponseSeries, 40 ROIs`.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }
}

/// Everything that can be drawn in an object and below it, the most telling first. Walks the whole of it; no data are read.
///
/// # Errors
/// When the object itself cannot be read.
pub fn candidates(start: &Object) -> Result<Vec<Candidate>> {
    Ok(found(start)?.into_iter().map(|(candidate, _)| candidate).collect())
}

fn found(start: &Object) -> Result<Vec<(Candidate, Subject)>> {
    let mut found: Vec<(Candidate, Subject)> = Vec::new();
    for object in start.descendants()? {
        // What cannot be read cannot be drawn; it is for others to complain.
        if let Ok(Some(one)) = candidate(&object) {
            found.push(one);
        }
    }
    found.sort_by(|(a, _), (b, _)| b.rank.cmp(&a.rank).then_with(|| a.path.cmp(&b.path)));
    Ok(found)
}

/// The object itself as something that can be drawn.
fn candidate(object: &Object) -> Result<Option<(Candidate, Subject)>> {
    let Some((_, type_name)) = object.type_name()? else { return Ok(None) };
    if object.kind()? != Kind::Group && !object.is::<Image>()? {
        return Ok(None);
    }
    let type_name = type_name.to_owned();
    let known = |rank: u32, facts: String, subject| {
        let facts = if facts.is_empty() { type_name.clone() } else { format!("{type_name}, {facts}") };
        Ok(Some((Candidate { path: object.path().into(), description: facts, rank }, subject)))
    };
    if object.is::<PlaneSegmentation>()? {
        let table: PlaneSegmentation = object.cast()?;
        let rois = table.row_count()?;
        return known(if rois > 0 { 100 } else { 1 }, count(rois, "ROI", "ROIs"), Subject::Rois(table));
    }
    if object.is::<RoiResponseSeries>()? {
        let series: RoiResponseSeries = object.cast()?;
        let rois = series.data()?.shape()?.get(1).copied().unwrap_or(1);
        let is_dff = object.parent().is_some_and(|parent| parent.is::<DfOverF>().unwrap_or(false));
        return known(if is_dff { 95 } else { 90 }, count(rois, "ROI", "ROIs"), Subject::Traces((*series).clone()));
    }
    if object.is::<Units>()? {
        let units: Units = object.cast()?;
        let has_spikes = units.column_names()?.iter().any(|name| name == "spike_times");
        return match has_spikes {
            true => known(80, count(units.row_count()?, "unit", "units"), Subject::Units(units)),
            false => Ok(None),
        };
    }
    if object.is::<TimeIntervals>()? {
        let table: TimeIntervals = object.cast()?;
        return known(20, count(table.row_count()?, "interval", "intervals"), Subject::Intervals(table));
    }
    if object.is::<EventsTable>()? {
        let table: EventsTable = object.cast()?;
        return known(22, count(table.row_count()?, "event", "events"), Subject::Events(table));
    }
    if object.is::<Images>()? {
        let images: Images = object.cast()?;
        let number = images.in_order()?.len() as u64;
        return if number == 0 {
            Ok(None)
        } else {
            known(35, count(number, "image", "images"), Subject::Images(images))
        };
    }
    if object.is::<Image>()? {
        return known(30, String::new(), Subject::Image(object.cast()?));
    }
    if object.is::<ImageSeries>()? {
        let series: ImageSeries = object.cast()?;
        if series.is_external()? || series.data()?.shape()?.len() < 3 {
            return Ok(None);
        }
        return known(60, count(series.sample_count()?, "frame", "frames"), Subject::Movie(series));
    }
    if object.is::<IntervalSeries>()? {
        let series: IntervalSeries = object.cast()?;
        let number = series.intervals()?.len() as u64;
        return if number == 0 {
            Ok(None)
        } else {
            known(21, count(number, "interval", "intervals"), Subject::Kinds(series))
        };
    }
    if object.is::<TimeSeries>()? {
        return time_series(object, &type_name);
    }
    Ok(None)
}

fn time_series(object: &Object, type_name: &str) -> Result<Option<(Candidate, Subject)>> {
    let series: TimeSeries = object.cast()?;
    let data = series.data()?;
    let shape = data.shape()?;
    let is_text = data.dtype()?.is_text();
    if shape.is_empty() || shape.len() > 2 || !is_text && data.dtype()?.number().is_none() || shape.contains(&0) {
        return Ok(None);
    }
    let samples = count(series.sample_count()?, "sample", "samples");
    let facts = match shape.get(1) {
        Some(channels) => format!("{samples} of {}", count(*channels, "channel", "channels")),
        None => samples,
    };
    let rank = if object.is::<ElectricalSeries>()? { 50 } else { 40 };
    let candidate = Candidate { path: object.path().into(), description: format!("{type_name}, {facts}"), rank };
    Ok(Some((candidate, if is_text { Subject::Notes(series) } else { Subject::Traces(series) })))
}

/// What is drawn of an object, and what else could be.
pub(crate) fn choose(object: &Object, view: View) -> Result<(Candidate, Subject, Vec<Candidate>)> {
    // A root is of a type that is drawn by what is in it.
    let own = if object.is::<NwbFile>().unwrap_or(false) { None } else { candidate(object)? };
    let is_open = own.is_none();
    let mut all = match own {
        Some(own) => vec![own],
        None => found(object)?,
    };
    all.sort_by_key(|(_, subject)| !subject.suits(view));
    let mut all = all.into_iter();
    let (mut chosen, mut subject) = match all.next() {
        Some((candidate, subject)) if subject.suits(view) => (candidate, subject),
        Some((candidate, _)) if !is_open => {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!("{} cannot be drawn in that way", candidate.description),
            )
            .at(object.path())
            .remedy("leave it open how it is drawn, or choose an object that has ROIs or channels"));
        }
        _ => {
            return Err(Error::new(ErrorKind::NotFound, "there is nothing in it that can be drawn")
                .at(if object.path().is_empty() { "/" } else { object.path() })
                .in_file(object.file())
                .expected(
                    "a segmentation, a time series of numbers, units with spike times, images, intervals or events",
                )
                .remedy("choose another object; `nwb tree` lists all"));
        }
    };
    let others: Vec<(Candidate, Subject)> = if is_open { all.collect() } else { Vec::new() };
    // ROIs beside their traces tell more than either.
    if is_open
        && view == View::Auto
        && object.is::<NwbFile>().unwrap_or(false)
        && let Subject::Rois(table) = &subject
        && let Some((traces, series)) =
            others.iter().find_map(|(candidate, other)| traces_of(table, other).map(|s| (candidate, s)))
    {
        chosen.description = format!("{}, with the traces of {}", chosen.description, traces.path);
        subject = Subject::Session(table.clone(), series);
    }
    Ok((chosen, subject, others.into_iter().map(|(candidate, _)| candidate).collect()))
}

fn traces_of(table: &PlaneSegmentation, other: &Subject) -> Option<TimeSeries> {
    let Subject::Traces(series) = other else { return None };
    let response: RoiResponseSeries = series.object().cast().ok()?;
    let of = response.rois().ok()?.table().ok()?;
    (of.object() == table.object()).then(|| series.clone())
}
