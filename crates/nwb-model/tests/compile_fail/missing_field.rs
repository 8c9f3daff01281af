use nwb_model::draft::{Draft, Handle};
use nwb_model::ext::Timing;
use nwb_model::types::{ImagingPlane, TwoPhotonSeries, TwoPhotonSeriesInit};

fn movie(plane: Handle<ImagingPlane>) -> Draft<TwoPhotonSeries> {
    TwoPhotonSeries::new(TwoPhotonSeriesInit {
        name: "movie".into(),
        data: vec![0u16].into(),
        timing: Timing::rate(30.0),
        imaging_plane: plane.into(),
    })
}

fn main() {}
