//! Samples in physical units.

use ndarray::{ArrayD, Ix1};

use crate::access;
use crate::dataset::{Dataset, Scale};
use crate::error::{Error, ErrorKind, Result};
use crate::selection::Selection;
use crate::types::{ElectricalSeries, TimeSeries};
use crate::view::NeurodataType;

/// Samples in physical units: not to be confused with what is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Physical {
    /// The values, in the axes of the data.
    pub values: ArrayD<f64>,
    /// Their unit.
    pub unit: String,
}

impl TimeSeries {
    /// Samples in physical units: `stored * conversion + offset`, for an `ElectricalSeries` with a conversion for each channel
    /// that times too. Where nothing is said of conversion and offset, they are 1 and 0. Of data that are shared with another
    /// series, unit, conversion and offset are those of the series that owns them.
    ///
    /// # Errors
    /// When the selection reaches outside, the data are no numbers, or something cannot be read.
    pub fn physical(&self, selection: impl Into<Selection>) -> Result<Physical> {
        let selection = selection.into();
        let data = self.data()?;
        let conversion = self.conversion()?.unwrap_or(1.0);
        let offset = self.offset()?.unwrap_or(0.0);
        let scale = Scale { conversion, offset };
        let values: ArrayD<f64> = match self.channel_factors(&data, &selection)? {
            None => data.read_scaled(selection, scale)?,
            Some((axis, factors)) => data.read_scaled_along(selection, scale, axis, factors)?,
        };
        Ok(Physical { values, unit: self.unit()?.into() })
    }

    /// The axis of the channels, and the conversions of the selected ones.
    fn channel_factors(&self, data: &Dataset, selection: &Selection) -> Result<Option<(usize, Vec<f64>)>> {
        if !self.object().is::<ElectricalSeries>()? {
            return Ok(None);
        }
        let Some(factors) = access::optional_dataset(self, "channel_conversion")? else { return Ok(None) };
        let axis = access::attribute(self, "channel_conversion", "axis").optional::<u64>().ok().flatten().unwrap_or(1);
        let axis = usize::try_from(axis).unwrap_or(usize::MAX);
        let shape = data.shape()?;
        let (picks, _) = selection.resolve(shape)?;
        let factors = factors.read::<f64, Ix1>(..)?;
        let Some(channels) = picks.axes().get(axis) else {
            // A series of one channel may do without an axis for it.
            return Ok(factors.first().filter(|_| factors.len() == 1).map(|factor| (0, vec![*factor])));
        };
        let picked: Option<Vec<f64>> =
            (0..channels.len()).map(|i| factors.get(usize::try_from(channels.get(i)?).ok()?).copied()).collect();
        let picked = picked.ok_or_else(|| {
            self.object().fail(
                Error::new(ErrorKind::Malformed, "there are fewer channel conversions than channels")
                    .expected(shape.get(axis).copied().unwrap_or(0).to_string())
                    .found(factors.len().to_string()),
            )
        })?;
        Ok(Some((axis, picked)))
    }
}
