use nwb_model::draft::{Draft, Handle};
use nwb_model::ext::Timing;
use nwb_model::types::{Device, ImagingPlane, TimeSeriesSet, TwoPhotonSeries, TwoPhotonSeriesInit, TwoPhotonSeriesSet};

fn movie(plane: Handle<ImagingPlane>) -> Draft<TwoPhotonSeries> {
    TwoPhotonSeries::new(TwoPhotonSeriesInit {
        name: "movie".into(),
        data: vec![0u16].into(),
        unit: "n.a.".into(),
        timing: Timing::rate(30.0),
        imaging_plane: plane.into(),
    })
    .pmt_gain(1.2)
    .comments("an inherited setter")
}

fn main() {
    let _ = movie;
    let _: Option<Handle<Device>> = None;
}
