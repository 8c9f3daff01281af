//! Variable-length text: row 13.

use nwb::prelude::*;

use crate::Failure;
use crate::arguments::Arguments;
use crate::digest::Seen;
use crate::meter::{Measured, Meter};
use crate::stores::begin;

fn digest<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut seen = Seen::default();
    texts.into_iter().for_each(|text| seen.text(text));
    seen.digest()
}

/// All texts of a dataset.
pub(crate) fn read(arguments: &Arguments) -> Result<Measured, Failure> {
    let dataset = nwb::open(arguments.text("file")?)?.get(arguments.text("path")?)?.dataset()?;
    let meter = Meter::start();
    let value = dataset.read_value(..)?;
    let texts = value.as_texts()?;
    let measured = meter.stop();
    Ok(measured.digest(digest(texts)))
}

/// A file with texts.
pub(crate) fn write(arguments: &Arguments) -> Result<Measured, Failure> {
    let text = std::fs::read_to_string(arguments.text("texts")?)?;
    let texts: Vec<&str> = text.lines().collect();
    let out = arguments.text("out")?;
    let meter = Meter::start();
    let mut edit = begin(out)?;
    let notes = ScratchData::new(ScratchDataInit {
        name: "notes".into(),
        notes: "what was seen".into(),
        data: nwb::Value::texts(&texts).into(),
    });
    edit.insert_in(Place::Scratch, notes)?;
    drop(edit.commit()?);
    let measured = meter.stop();
    measured.digest(digest(texts)).size_of(out)
}
