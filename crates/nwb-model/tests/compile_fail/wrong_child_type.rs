use nwb_model::draft::Draft;
use nwb_model::types::{Device, DeviceInit, Fluorescence, FluorescenceInit};

fn fluorescence() -> Draft<Fluorescence> {
    Fluorescence::new(FluorescenceInit {
        roi_response_series: vec![Device::new(DeviceInit { name: "scope".into() }).into()],
    })
}

fn main() {}
