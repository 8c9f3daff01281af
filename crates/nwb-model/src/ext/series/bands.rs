//! Bands of frequencies, as a decomposition of a signal has them.

use ndarray::{Array2, Ix1, Ix2};

use crate::data::Data;
use crate::draft::Draft;
use crate::error::{Error, ErrorKind, Result};
use crate::ext::Columns;
use crate::types::{DecompositionSeries, FrequencyBandsTable, VectorData};
use crate::view::NeurodataType;

/// A band of frequencies, in Hz.
#[derive(Clone, Debug, PartialEq)]
pub struct FrequencyBand {
    /// Its name: `theta`.
    pub name: String,
    /// Its lower and upper limit.
    pub limits: [f64; 2],
    /// The mean of its Gaussian filter, if it is one.
    pub mean: Option<f64>,
    /// The standard deviation of its Gaussian filter, if it is one.
    pub stdev: Option<f64>,
}

impl FrequencyBand {
    /// A band from a lower to an upper limit.
    #[must_use]
    pub fn new(name: impl Into<String>, lower: f64, upper: f64) -> Self {
        Self { name: name.into(), limits: [lower, upper], mean: None, stdev: None }
    }

    /// Says mean and standard deviation of the filter.
    #[must_use]
    pub fn gaussian(self, mean: f64, stdev: f64) -> Self {
        Self { mean: Some(mean), stdev: Some(stdev), ..self }
    }
}

impl FrequencyBandsTable {
    /// The bands, in the order in which the third axis of the data has them.
    ///
    /// # Errors
    /// When a column has another length or shape, or cannot be read.
    pub fn bands(&self) -> Result<Vec<FrequencyBand>> {
        let names = self.band_name()?.dataset()?.read_texts(..)?;
        let limits = self.band_limits()?.dataset()?.read::<f64, Ix2>(..)?;
        let numbers = |column: Option<VectorData>| -> Result<Vec<Option<f64>>> {
            match column {
                // A filter that is not known is not a number.
                Some(column) => Ok(column.dataset()?.read::<f64, Ix1>(..)?.iter().map(|n| Some(*n)).collect()),
                None => Ok(vec![None; names.len()]),
            }
        };
        let means = numbers(self.band_mean()?)?;
        let stdevs = numbers(self.band_stdev()?)?;
        if (limits.ncols(), limits.nrows(), means.len(), stdevs.len()) != (2, names.len(), names.len(), names.len()) {
            return Err(self.object().fail(
                Error::new(ErrorKind::Malformed, "the columns of the bands do not fit together")
                    .expected(format!("{} rows, as there are names, and two limits in each", names.len()))
                    .found(format!("limits {:?}, {} means, {} deviations", limits.shape(), means.len(), stdevs.len())),
            ));
        }
        let rest = limits.rows().into_iter().zip(means).zip(stdevs);
        let band = |(name, ((limits, mean), stdev)): (String, ((ndarray::ArrayView1<'_, f64>, _), _))| {
            let mut limits = limits.iter().copied();
            let [lower, upper] = [(); 2].map(|()| limits.next().unwrap_or(f64::NAN));
            let known = |number: Option<f64>| number.filter(|number| !number.is_nan());
            FrequencyBand { name, limits: [lower, upper], mean: known(mean), stdev: known(stdev) }
        };
        Ok(names.into_iter().zip(rest).map(band).collect())
    }

    /// A draft of a table of bands: the `bands` of a [`DecompositionSeries`]. Where only some bands have a mean or deviation, the
    /// others get what is not a number.
    ///
    /// ```
    /// use nwb_model::ext::FrequencyBand;
    /// use nwb_model::types::FrequencyBandsTable;
    ///
    /// let bands = FrequencyBandsTable::of([
    ///     FrequencyBand::new("theta", 4.0, 12.0),
    ///     FrequencyBand::new("gamma", 30.0, 80.0).gaussian(55.0, 10.0),
    /// ]);
    /// ```
    #[must_use]
    pub fn of(bands: impl IntoIterator<Item = FrequencyBand>) -> Draft<Self> {
        let bands: Vec<FrequencyBand> = bands.into_iter().collect();
        let names: Vec<String> = bands.iter().map(|band| band.name.clone()).collect();
        let limits = Array2::from_shape_fn((bands.len(), 2), |(row, side)| {
            bands.get(row).and_then(|band| band.limits.get(side)).copied().unwrap_or(f64::NAN)
        });
        let mut draft = Draft::<Self>::begin(Some("bands".into()));
        draft.node.attribute("", "description", "frequency bands of the decomposition");
        let mut draft = draft.column("band_name", "names of the bands", names).column(
            "band_limits",
            "lower and upper limits in Hz",
            limits,
        );
        type Number = fn(&FrequencyBand) -> Option<f64>;
        let optional: [(&str, &str, Number); 2] = [
            ("band_mean", "means of the Gaussian filters in Hz", |band| band.mean),
            ("band_stdev", "standard deviations of the Gaussian filters in Hz", |band| band.stdev),
        ];
        for (name, description, number) in optional {
            if bands.iter().any(|band| number(band).is_some()) {
                let numbers: Vec<f64> = bands.iter().map(|band| number(band).unwrap_or(f64::NAN)).collect();
                draft = draft.column(name, description, Data::from(numbers));
            }
        }
        draft
    }
}

impl DecompositionSeries {
    /// The bands, one for each index of the third axis of the data; none where the series does not tell them.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn frequency_bands(&self) -> Result<Vec<FrequencyBand>> {
        self.bands()?.map_or(Ok(Vec::new()), |bands| bands.bands())
    }
}
