//! Samples in physical units.

use ndarray::{ArrayD, Axis, Ix1};

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

/// What the samples of a selection are multiplied with, beside the conversion of all.
enum Factors {
    /// All of one channel.
    One(f64),
    /// One for each index of an axis of the result.
    Along(Axis, Vec<f64>),
}

/// Factors along one axis, to be spread over the others.
fn shaped_factors(lens: &[usize], factors: Vec<f64>) -> Result<ArrayD<f64>> {
    ArrayD::from_shape_vec(lens, factors)
        .map_err(|error| Error::new(ErrorKind::Malformed, "the channels are of another number").caused_by(error))
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
        let factors = self.channel_factors(&data, &selection)?;
        let values: ArrayD<f64> = match factors {
            None => data.read_scaled(selection, Scale { conversion, offset })?,
            Some(factors) => {
                let mut values: ArrayD<f64> = data.read(selection)?;
                match factors {
                    Factors::One(factor) => values.mapv_inplace(|value| value * conversion * factor + offset),
                    Factors::Along(axis, factors) => {
                        // In the order of memory, whichever axis the channels are.
                        let lens: Vec<usize> = (0..values.ndim())
                            .map(|other| if other == axis.index() { factors.len() } else { 1 })
                            .collect();
                        let factors = shaped_factors(&lens, factors)?;
                        values.zip_mut_with(&factors, |value, factor| *value = *value * conversion * factor + offset);
                    }
                }
                values
            }
        };
        Ok(Physical { values, unit: self.unit()?.into() })
    }

    /// The conversions of the selected channels.
    fn channel_factors(&self, data: &Dataset, selection: &Selection) -> Result<Option<Factors>> {
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
            return Ok(factors.first().filter(|_| factors.len() == 1).map(|factor| Factors::One(*factor)));
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
        if selection.drops(axis) {
            return Ok(picked.first().map(|factor| Factors::One(*factor)));
        }
        let left = axis - (0..axis).filter(|&before| selection.drops(before)).count();
        Ok(Some(Factors::Along(Axis(left), picked)))
    }
}
