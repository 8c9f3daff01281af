//! Features over time, each with a name and a unit of its own.

use std::ops::Range;

use ndarray::{Axis, s};

use crate::error::{Error, ErrorKind, Result};
use crate::ext::Physical;
use crate::names::nearest;
use crate::types::AbstractFeatureSeries;
use crate::view::NeurodataType;

impl AbstractFeatureSeries {
    /// One feature over some samples, in its own unit.
    ///
    /// # Errors
    /// When there is no feature of that name, there are fewer samples, or something cannot be read.
    pub fn feature(&self, name: &str, samples: Range<usize>) -> Result<Physical> {
        let names = self.features()?;
        let Some(place) = names.iter().position(|other| *other == name) else {
            let error = Error::new(ErrorKind::NotFound, format!("the series has no feature \"{name}\""));
            return Err(self.object().fail(match nearest(name, names.iter().copied()) {
                Some(near) => error.remedy(format!("did you mean \"{near}\"?")),
                None => error.found(names.join(", ")),
            }));
        };
        let unit = self.feature_units()?.and_then(|units| units.get(place).map(|unit| (*unit).to_owned()));
        let physical = match self.data()?.shape()? {
            [_] if names.len() == 1 => self.physical(samples)?,
            _ => {
                let mut all = self.physical(s![samples, place..place + 1])?;
                all.values = all.values.index_axis_move(Axis(1), 0);
                all
            }
        };
        Ok(Physical { unit: unit.unwrap_or(physical.unit), ..physical })
    }
}
