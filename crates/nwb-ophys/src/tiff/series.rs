//! A TIFF movie as a time series.

use nwb_model::data::Data;
use nwb_model::draft::{Draft, Link};
use nwb_model::ext::Timing;
use nwb_model::types::set::TimeSeriesSet as _;
use nwb_model::types::{ImagingPlane, TwoPhotonSeries, TwoPhotonSeriesInit};

use super::TiffMovie;

impl TiffMovie {
    /// The movie as a draft of a `TwoPhotonSeries`. Its pages are decoded when the file is written; where the axes are not the
    /// schema's, the comments of the series say so.
    ///
    /// ```no_run
    /// use nwb_model::draft::Handle;
    /// use nwb_model::edit::Edit;
    /// use nwb_model::ext::Timing;
    /// use nwb_model::place::Place;
    /// use nwb_model::types::ImagingPlane;
    /// use nwb_ophys::tiff::TiffMovie;
    ///
    /// fn import(edit: &mut Edit, plane: Handle<ImagingPlane>) -> nwb_ophys::Result<()> {
    ///     let movie = TiffMovie::open("movie.tif")?.two_photon_series("TwoPhotonSeries", plane, "n.a.", Timing::rate(30.0));
    ///     edit.insert_in(Place::Acquisition, movie)?;
    ///     Ok(())
    /// }
    /// ```
    pub fn two_photon_series(
        self,
        name: impl Into<String>,
        imaging_plane: impl Into<Link<ImagingPlane>>,
        unit: impl Into<String>,
        timing: Timing,
    ) -> Draft<TwoPhotonSeries> {
        let comments = self.axes().comments();
        let draft = TwoPhotonSeries::new(TwoPhotonSeriesInit {
            name: name.into(),
            imaging_plane: imaging_plane.into(),
            data: Data::rows(self).into(),
            unit: unit.into(),
            timing,
        });
        match comments {
            Some(comments) => draft.comments(comments),
            None => draft,
        }
    }
}
