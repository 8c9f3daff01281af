use nwb_model::draft::{Draft, Handle};
use nwb_model::ext::Timing;
use nwb_model::types::{Device, TwoPhotonSeries, TwoPhotonSeriesInit};

fn movie(scope: Handle<Device>) -> Draft<TwoPhotonSeries> {
    TwoPhotonSeries::new(TwoPhotonSeriesInit {
        name: "movie".into(),
        data: vec![0u16].into(),
        unit: "n.a.".into(),
        timing: Timing::rate(30.0),
        imaging_plane: scope.into(),
    })
}

fn main() {}
