use nwb_model::draft::Draft;
use nwb_model::types::{ElectricalSeries, TimeSeriesSet};

fn series(draft: Draft<ElectricalSeries>) -> Draft<ElectricalSeries> {
    draft.starting_time_unit("minutes")
}

fn main() {}
