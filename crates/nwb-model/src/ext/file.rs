//! The root of a file: what of it is more than a text.

use crate::data::Data;
use crate::draft::Draft;
use crate::error::{Error, ErrorKind, Result};
use crate::time::Timestamp;
use crate::types::{ElectrodeGroup, NwbFile, NwbFileInit, ScratchData, ScratchDataInit};
use crate::value::{Shape, Value};
use crate::view::NeurodataType;

impl From<NwbFileInit> for Draft<NwbFile> {
    fn from(init: NwbFileInit) -> Self {
        NwbFile::new(init)
    }
}

/// A program and its version, with which data of a file were made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Software {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Software {
    /// A program and its version.
    #[must_use]
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self { name: name.into(), version: version.into() }
    }
}

/// What the setter `was_generated_by` takes: one row each.
impl From<Vec<Software>> for Data {
    fn from(software: Vec<Software>) -> Self {
        let texts = Value::texts(software.iter().flat_map(|software| [&software.name, &software.version]));
        // Two for each: the shape fits.
        Self::from(texts.clone().reshaped(Shape::Simple(vec![software.len() as u64, 2])).unwrap_or(texts))
    }
}

impl NwbFile {
    /// When the file was made and changed, the oldest first.
    ///
    /// # Errors
    /// When one is no date.
    pub fn file_create_dates(&self) -> Result<Vec<Timestamp>> {
        let dates = self.file_create_date()?;
        let parse = |text: &String| Timestamp::parse(text).map_err(|error| dates.object().fail(error));
        dates.read_texts(..)?.iter().map(parse).collect()
    }

    /// The programs with which data of the file were made; none where the file does not say.
    ///
    /// # Errors
    /// When they are not pairs of texts.
    pub fn software(&self) -> Result<Vec<Software>> {
        let Some(dataset) = self.was_generated_by()? else { return Ok(Vec::new()) };
        let texts = dataset.read_texts(..)?;
        if texts.len() % 2 != 0 {
            return Err(dataset.object().fail(
                Error::new(ErrorKind::Malformed, "a program is told without its version")
                    .expected("shape [programs, 2]: name and version")
                    .found(format!("{} texts", texts.len()))
                    .by_spec("core NWBFile.general.was_generated_by"),
            ));
        }
        let mut texts = texts.into_iter();
        Ok(std::iter::from_fn(|| Some(Software { name: texts.next()?, version: texts.next()? })).collect())
    }
}

/// # Scratch
///
/// ```
/// use nwb_model::types::ScratchData;
///
/// let array = ScratchData::of("gains", "a first guess", ndarray::arr2(&[[1.0, 2.0], [3.0, 4.0]]));
/// let text = ScratchData::of("to do", "what is left", "look at the second cell");
/// let number = ScratchData::of("threshold", "by eye", 3.5);
/// ```
///
/// Each is inserted by `edit.insert_in(Place::Scratch, array)`, and read by
/// `file.scratch()?.get::<ScratchData>("gains")?.dataset()?`. Tables and containers go there as they are.
impl ScratchData {
    /// A draft of something that does not belong into the file for good: an array, a number, a text.
    #[must_use]
    pub fn of(name: impl Into<String>, notes: impl Into<String>, data: impl Into<Data>) -> Draft<Self> {
        Self::new(ScratchDataInit { name: name.into(), data: data.into(), notes: notes.into() })
    }
}

/// A point in stereotaxic or common framework coordinates: the setter `position` takes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coordinates {
    /// x
    pub x: f32,
    /// y
    pub y: f32,
    /// z
    pub z: f32,
}

impl From<Coordinates> for Value {
    fn from(Coordinates { x, y, z }: Coordinates) -> Self {
        let members = [("x", x), ("y", y), ("z", z)].map(|(name, at)| (name, Self::scalar(at)));
        // All of them are single numbers.
        Self::records(members).unwrap_or_else(|_| Self::scalar(f32::NAN))
    }
}

impl ElectrodeGroup {
    /// Where the group is; `None` where the file does not say.
    ///
    /// # Errors
    /// When it is nothing with an x, a y and a z.
    pub fn coordinates(&self) -> Result<Option<Coordinates>> {
        let Some(position) = self.position()? else { return Ok(None) };
        let part = |name: &str| {
            let number = position.member(name).and_then(|part| part.as_scalar::<f64>());
            number.map(|number| number as f32).map_err(|error| self.object().fail(error))
        };
        Ok(Some(Coordinates { x: part("x")?, y: part("y")?, z: part("z")? }))
    }
}
