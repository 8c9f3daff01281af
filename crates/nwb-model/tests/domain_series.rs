//! What series of each kind give beyond their data: times, physical units, intervals, images, bands, shared parts.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail so")]

use ndarray::{Array2, Array3, Ix1, Ix2, arr2, s};
use nwb_model::data::Data;
use nwb_model::draft::{Draft, Handle};
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::ext::{
    Columns as _, Control, FrequencyBand, ImageData, Interval, SeriesData, SeriesSpan, Shown, Timestamps, Timing,
};
use nwb_model::file::File;
use nwb_model::memory::Memory;
use nwb_model::place::Place;
use nwb_model::time::Timestamp;
use nwb_model::types::set::*;
use nwb_model::types::*;
use nwb_model::value::Value;
use nwb_model::view::{IsA, NeurodataType};

fn begin() -> Edit {
    let init = NwbFileInit {
        identifier: "id".into(),
        session_description: "a session".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00").unwrap(),
    };
    Edit::create(Memory::new("data/session.nwb"), "data/session.nwb", init, EditOptions::default()).unwrap()
}

fn series(name: &str, data: impl Into<SeriesData>, timing: Timing) -> Draft<TimeSeries> {
    TimeSeries::new(TimeSeriesInit { name: name.into(), data: data.into(), unit: "V".into(), timing })
}

fn acquire<T: NeurodataType>(edit: &mut Edit, draft: Draft<T>) -> Handle<T> {
    edit.insert_in(Place::Acquisition, draft).unwrap()
}

fn get<T: NeurodataType>(file: &File, name: &str) -> T {
    file.acquisition().unwrap().get(name).unwrap()
}

/// A table of electrodes with as many rows.
fn electrodes(edit: &mut Edit, rows: usize) -> Handle<ElectrodesTable> {
    let probe = edit.insert(Device::new(DeviceInit { name: "probe".into() })).unwrap();
    let init = ElectrodeGroupInit {
        name: "shank".into(),
        description: "a shank".into(),
        location: "CA1".into(),
        device: probe.into(),
    };
    let group = edit.insert(ElectrodeGroup::new(init)).unwrap();
    let table = ElectrodesTable::new(ElectrodesTableInit {
        description: "all".into(),
        location: vec!["CA1".to_owned(); rows].into(),
        group: Data::references(vec![group; rows]).into(),
    });
    edit.insert(table).unwrap()
}

#[test]
fn samples_are_found_by_time() {
    let mut edit = begin();
    let times: Vec<f64> = (0..3000).map(|i| f64::from(i / 2) + f64::from(i % 2) * 0.25).collect();
    acquire(&mut edit, series("rate", vec![0u8; 10], Timing::rate_from(4.0, 1.0)));
    acquire(&mut edit, series("times", (0..3000).collect::<Vec<i16>>(), Timing::timestamps(times.clone())));
    acquire(&mut edit, series("none", Vec::<f64>::new(), Timing::timestamps(Vec::<f64>::new())));
    acquire(&mut edit, series("one", vec![7.5], Timing::rate(0.0)));
    let file = edit.commit().unwrap();
    let rate = get::<TimeSeries>(&file, "rate").time_axis().unwrap();
    assert_eq!(
        (rate.count(), rate.rate(), rate.start().unwrap(), rate.end().unwrap()),
        (10, Some(4.0), Some(1.0), Some(3.25))
    );
    let expected = [
        (0.9, None, 0),
        (1.0, Some(0), 0),
        (1.2, Some(0), 1),
        (1.125, Some(0), 0),
        (3.2, Some(8), 9),
        (1e300, Some(9), 9),
    ];
    for (time, held, nearest) in expected {
        assert_eq!((rate.sample_at(time).unwrap(), rate.nearest(time).unwrap()), (held, Some(nearest)), "{time}");
    }
    let series: TimeSeries = get(&file, "times");
    let axis = series.time_axis().unwrap();
    for time in [-1.0, 0.0, 0.125, 0.2, 600.25, 1000.1, 1499.7, 1e9] {
        let held = times.iter().rposition(|taken| *taken <= time).map(|sample| sample as u64);
        let nearest = times.iter().enumerate().min_by(|a, b| (a.1 - time).abs().total_cmp(&(b.1 - time).abs()));
        assert_eq!(axis.sample_at(time).unwrap(), held, "{time}");
        assert_eq!(axis.nearest(time).unwrap(), nearest.map(|(sample, _)| sample as u64), "{time}");
    }
    let (found, samples) = series.read_between::<i64, Ix1>(700.0, 702.0).unwrap();
    assert_eq!((found, samples.to_vec()), (vec![700.0, 700.25, 701.0, 701.25], vec![1400, 1401, 1402, 1403]));
    let none = get::<TimeSeries>(&file, "none").time_axis().unwrap();
    assert_eq!(
        (none.nearest(1.0).unwrap(), none.sample_at(1.0).unwrap(), none.duration().unwrap()),
        (None, None, None)
    );
    let one: TimeSeries = get(&file, "one");
    assert_eq!((one.times(0..1).unwrap(), one.duration().unwrap()), (vec![0.0], Some(0.0)));
}

#[test]
fn what_is_shared_is_the_owners() {
    let mut edit = begin();
    let owner = series("owner", vec![1i16, 2, 4], Timing::timestamps(vec![0.0, 1.0, 3.0]))
        .conversion(2.0)
        .offset(-1.0)
        .control(vec![1u8, 0, 2])
        .control_description(["off", "on"]);
    let owner = acquire(&mut edit, owner);
    let times = acquire(&mut edit, series("times", vec![5, 6, 7], Timing::shared_with(owner)));
    acquire(&mut edit, series("again", vec![8, 9, 10], Timing::shared_with(times)));
    acquire(&mut edit, TimeSeries::sharing_data("data", owner, Timing::rate(10.0)));
    let lies = series("lies", SeriesData::shared_with(owner), Timing::rate(1.0)).unit("A");
    assert!(edit.insert_in(Place::Acquisition, lies).unwrap_err().to_string().contains("owner"));
    let file = edit.commit().unwrap();
    let (owner, times, again): (TimeSeries, TimeSeries, TimeSeries) =
        (get(&file, "owner"), get(&file, "times"), get(&file, "again"));
    let data: TimeSeries = get(&file, "data");
    assert_eq!(
        (data.unit().unwrap(), data.conversion().unwrap(), data.offset().unwrap()),
        ("V", Some(2.0), Some(-1.0))
    );
    let physical = data.physical(1..).unwrap();
    assert_eq!((physical.values.into_raw_vec_and_offset().0, physical.unit), (vec![3.0, 7.0], "V".to_owned()));
    assert_eq!(data.data_owner().unwrap().unwrap(), owner);
    assert_eq!((data.timestamps_owner().unwrap(), owner.timestamps_owner().unwrap()), (None, None));
    assert_eq!(
        (times.timestamps_owner().unwrap(), again.timestamps_owner().unwrap()),
        (Some(owner.clone()), Some(owner.clone()))
    );
    let index = file.scan().unwrap();
    let mut sharing: Vec<String> =
        owner.timestamps_sharers(&index).unwrap().iter().map(|series| series.object().name().to_owned()).collect();
    sharing.sort();
    assert_eq!(sharing, ["again", "times"]);
    assert_eq!(owner.data_sharers(&index).unwrap(), [data]);
    let control = |value, meaning| Control { value, meaning };
    assert_eq!(owner.controls(0..3).unwrap(), [control(1, Some("on")), control(0, Some("off")), control(2, None)]);
    assert_eq!(times.controls(0..3).unwrap(), []);
}

#[test]
fn channels_have_conversions_of_their_own() {
    let mut edit = begin();
    let table = electrodes(&mut edit, 4);
    let region = |rows: Vec<i64>| DynamicTableRegion::of(table, "some", rows).into();
    let raw = ElectricalSeries::new(ElectricalSeriesInit {
        name: "raw".into(),
        data: arr2(&[[1i16, 2, 3], [4, 5, 6]]).into(),
        timing: Timing::rate(10.0),
        electrodes: region(vec![0, 2, 3]),
    });
    acquire(&mut edit, raw.conversion(0.5).offset(1.0).channel_conversion(vec![1.0, 10.0, 100.0]));
    let spikes = SpikeEventSeries::new(SpikeEventSeriesInit {
        name: "spikes".into(),
        data: Array3::<f64>::from_shape_fn((2, 2, 3), |(event, channel, sample)| {
            (event * 100 + channel * 10 + sample) as f64
        })
        .into(),
        timing: Timestamps::from(vec![0.5, 1.0]),
        electrodes: region(vec![1, 2]),
    });
    acquire(&mut edit, spikes.channel_conversion(vec![2.0, 3.0]));
    let file = edit.commit().unwrap();
    let raw: ElectricalSeries = get(&file, "raw");
    let values =
        |physical: nwb_model::Result<nwb_model::ext::Physical>| physical.unwrap().values.into_raw_vec_and_offset().0;
    assert_eq!(values(raw.physical(..)), [1.5, 11.0, 151.0, 3.0, 26.0, 301.0]);
    assert_eq!(values(raw.physical(s![.., 1])), [11.0, 26.0]);
    assert_eq!(values(raw.physical(s![1, ..;2])), [3.0, 301.0]);
    assert_eq!(values(raw.physical(s![1, 2])), [301.0]);
    assert_eq!(raw.physical(..).unwrap().unit, "volts");
    assert_eq!(raw.electrode_rows().unwrap(), [0, 2, 3]);
    let spikes: SpikeEventSeries = get(&file, "spikes");
    assert_eq!(values(spikes.physical(s![1, .., 2])), [204.0, 336.0]);
    assert_eq!(values(spikes.physical(s![.., 1, ..])), [30.0, 33.0, 36.0, 330.0, 333.0, 336.0]);
    assert_eq!(file.electrodes().unwrap().unwrap().groups().unwrap()[3].object().name(), "shank");
}

#[test]
fn intervals_are_switches() {
    let mut edit = begin();
    acquire(&mut edit, IntervalSeries::of("runs", [(7.25, 9.0), (1.5, 4.0), (4.0, 4.5)]));
    let of_kind = |kind, start, stop| Interval { start, stop: Some(stop), kind };
    let kinds = [of_kind(1, 0.0, 5.0), of_kind(2, 1.0, 2.0), Interval { start: 6.0, stop: None, kind: 2 }];
    acquire(&mut edit, IntervalSeries::of_kinds("kinds", kinds));
    let stored = |name: &str, data: Vec<i8>| {
        let times: Vec<f64> = (0..data.len()).map(|time| time as f64).collect();
        IntervalSeries::new(IntervalSeriesInit {
            name: name.into(),
            data: data.into(),
            timing: Timing::timestamps(times),
        })
    };
    for (name, data) in [("twice", vec![1i8, 1]), ("unbegun", vec![1, -1, -2]), ("zero", vec![0])] {
        acquire(&mut edit, stored(name, data));
    }
    for wrong in [vec![(2.0, 1.0)], vec![(0.0, 2.0), (1.0, 3.0)], vec![(f64::NAN, 1.0)]] {
        let error = edit.insert_in(Place::Acquisition, IntervalSeries::of("wrong", wrong)).unwrap_err();
        assert!(error.is_caller_fault() && error.to_string().contains("interval"), "{error}");
    }
    let file = edit.commit().unwrap();
    let runs: IntervalSeries = get(&file, "runs");
    assert_eq!(runs.intervals().unwrap(), [of_kind(1, 1.5, 4.0), of_kind(1, 4.0, 4.5), of_kind(1, 7.25, 9.0)]);
    assert_eq!(runs.data().unwrap().read::<i8, Ix1>(..).unwrap().to_vec(), [1, -1, 1, -1, 1, -1]);
    assert_eq!(get::<IntervalSeries>(&file, "kinds").intervals().unwrap(), kinds);
    for name in ["twice", "unbegun", "zero"] {
        assert!(get::<IntervalSeries>(&file, name).intervals().unwrap_err().is_file_fault(), "{name}");
    }
}

#[test]
fn texts_features_and_bands() {
    let mut edit = begin();
    acquire(&mut edit, AnnotationSeries::of("notes", [(12.5, "drug on"), (600.0, "dröge off")]));
    let features = |features: Vec<String>| {
        AbstractFeatureSeries::new(AbstractFeatureSeriesInit {
            name: "features".into(),
            data: arr2(&[[1.0, 20.0], [2.0, 40.0], [3.0, 60.0]]).into(),
            timing: Timing::rate(1.0),
            features,
        })
    };
    let error = edit.insert_in(Place::Acquisition, features(vec!["size".into()])).unwrap_err();
    assert!(error.to_string().contains("feature"), "{error}");
    acquire(&mut edit, features(vec!["size".into(), "time".into()]).feature_units(["m", "s"]));
    let bands = [FrequencyBand::new("theta", 4.0, 12.0), FrequencyBand::new("gamma", 30.0, 80.0).gaussian(55.0, 10.0)];
    let decomposed = |name: &str, shape| {
        DecompositionSeries::new(DecompositionSeriesInit {
            name: name.into(),
            data: Array3::<f32>::zeros(shape).into(),
            timing: Timing::rate(1.0),
            metric: "power".into(),
        })
        .bands(FrequencyBandsTable::of(bands.clone()))
    };
    assert!(
        edit.insert_in(Place::Acquisition, decomposed("bad", (5, 2, 3))).unwrap_err().to_string().contains("bands")
    );
    acquire(&mut edit, decomposed("good", (5, 3, 2)));
    let file = edit.commit().unwrap();
    let notes = get::<AnnotationSeries>(&file, "notes").annotations().unwrap();
    assert_eq!(notes, [(12.5, "drug on".to_owned()), (600.0, "dröge off".to_owned())]);
    let features: AbstractFeatureSeries = get(&file, "features");
    let time = features.feature("time", 1..3).unwrap();
    assert_eq!((time.values.into_raw_vec_and_offset().0, time.unit.as_str()), (vec![40.0, 60.0], "s"));
    assert!(features.feature("tim", 0..1).unwrap_err().to_string().contains("time"));
    assert_eq!(get::<DecompositionSeries>(&file, "good").frequency_bands().unwrap(), bands);
}

#[test]
fn images_have_an_order_and_are_shown() {
    let mut edit = begin();
    let gray = |name: &str, value: u8| {
        GrayscaleImage::new(GrayscaleImageInit { name: name.into(), data: Array2::from_elem((4, 3), value).into() })
    };
    let outside = ExternalImage::new(ExternalImageInit {
        name: "outside".into(),
        data: Value::text("pictures/o.png").into(),
        image_format: "PNG".into(),
    });
    let images = vec![gray("a", 1).into(), gray("b", 2).into(), outside.into()];
    let images = edit
        .insert_in(
            Place::StimulusTemplates,
            Images::new(ImagesInit { description: "shown".into(), images }).named("faces"),
        )
        .unwrap();
    let index = |name: &str, data: Vec<u32>| {
        IndexSeries::new(IndexSeriesInit { name: name.into(), data: data.into(), timing: Timing::rate(1.0) })
    };
    let shown = edit.insert_in(Place::Stimulus, index("shown", vec![2, 0, 3]).indexed_images(images)).unwrap();
    let error = edit.read(shown).unwrap().shown(0).unwrap_err();
    assert!(error.to_string().contains("no order"), "{error}");
    edit.order_images(images, ["b", "outside", "a"]).unwrap();
    assert!(edit.order_images(images, ["b"]).is_err());
    let movie = ImageSeries::new(ImageSeriesInit {
        name: "movie".into(),
        data: Array3::<u8>::zeros((3, 4, 5)).into(),
        unit: "n.a.".into(),
        timing: Timing::rate(1.0),
    });
    let movie = acquire(&mut edit, movie);
    edit.insert_in(Place::Stimulus, index("frames", vec![2, 3]).indexed_timeseries(movie)).unwrap();
    let file = edit.commit().unwrap();
    let images: Images = file.stimulus_templates().unwrap().get("faces").unwrap();
    let order = images.in_order().unwrap();
    assert_eq!(order.iter().map(|image| image.object().name()).collect::<Vec<_>>(), ["b", "outside", "a"]);
    let first: GrayscaleImage = order[0].object().cast().unwrap();
    assert_eq!(first.grays::<u8>().unwrap().shape(), [4, 3]);
    let outside: ExternalImage = order[1].object().cast().unwrap();
    assert_eq!(
        (outside.file().unwrap().as_str(), outside.path().unwrap()),
        ("pictures/o.png", "data/pictures/o.png".into())
    );
    let shown: IndexSeries = file.stimulus().unwrap().get("shown").unwrap();
    assert!(matches!(shown.shown(0).unwrap(), Shown::Image(image) if image.object().name() == "a"));
    assert!(matches!(shown.shown(1).unwrap(), Shown::Image(image) if image.object().name() == "b"));
    assert!(shown.shown(2).unwrap_err().is_file_fault());
    assert!(shown.shown(3).unwrap_err().is_caller_fault());
    let frames: IndexSeries = file.stimulus().unwrap().get("frames").unwrap();
    assert!(matches!(frames.shown(0).unwrap(), Shown::Frame(series, 2) if series.object().name() == "movie"));
    assert!(frames.shown(1).is_err());
}

#[test]
fn frames_lie_in_external_files() {
    let mut edit = begin();
    let files = |files: Vec<(&str, i64)>| {
        let data = ImageData::external_files(files);
        ImageSeries::new(ImageSeriesInit {
            name: "movie".into(),
            data,
            unit: "n.a.".into(),
            timing: Timing::rate(30.0),
        })
    };
    acquire(&mut edit, files(vec![("a.avi", 0), ("/raw/b.avi", 7), ("https://x.org/c.avi", 12)]).num_samples(20));
    let file = edit.commit().unwrap();
    let movie: ImageSeries = get(&file, "movie");
    assert!(movie.is_external().unwrap());
    for (frame, file, number, within) in [
        (0, "data/a.avi", 0, 0),
        (6, "data/a.avi", 0, 6),
        (7, "/raw/b.avi", 1, 0),
        (11, "/raw/b.avi", 1, 4),
        (19, "https://x.org/c.avi", 2, 7),
    ] {
        let found = movie.external_frame(frame).unwrap();
        assert_eq!((found.file_number, found.frame), (number, within), "{frame}");
        assert_eq!(movie.external_path(found.file).to_str().unwrap(), file);
    }
    assert!(movie.external_frame(20).unwrap_err().is_caller_fault());
}

#[test]
fn tables_refer_to_samples() {
    let mut edit = begin();
    let stimulus =
        acquire(&mut edit, series("stimulus", vec![1.0, 2.0, 3.0, 4.0], Timing::rate_from(2.0, 10.0)).conversion(3.0));
    let axis = edit.time_axis(stimulus).unwrap();
    let between = SeriesSpan::between(stimulus, &axis, 10.4, 11.4).unwrap();
    assert_eq!((between.start, between.count), (1, 2));
    let spans = vec![between, SeriesSpan::none(stimulus), SeriesSpan::new(stimulus, 3, 2)];
    let column = TimeSeriesReferenceVectorData::new(TimeSeriesReferenceVectorDataInit {
        data: spans.into(),
        description: "samples".into(),
    });
    let table = DynamicTable::new(DynamicTableInit { name: "table".into(), description: "a table".into() })
        .columns([column])
        .column("n", "a number", vec![1, 2, 3]);
    edit.insert_in(Place::Acquisition, table).unwrap();
    assert!(SeriesSpan::of(stimulus, 0..1 << 31).is_err());
    let mut other = begin();
    let foreign = acquire(&mut other, series("s", vec![1.0], Timing::rate(1.0)));
    let column = TimeSeriesReferenceVectorData::new(TimeSeriesReferenceVectorDataInit {
        data: vec![SeriesSpan::none(foreign)].into(),
        description: "of another edit".into(),
    });
    let table =
        DynamicTable::new(DynamicTableInit { name: "bad".into(), description: "a table".into() }).columns([column]);
    assert!(edit.insert_in(Place::Acquisition, table).unwrap_err().to_string().contains("another edit"));
    let file = edit.commit().unwrap();
    let table: DynamicTable = get(&file, "table");
    let found = table.column("timeseries").unwrap().data().series_references(..).unwrap();
    let found: Vec<_> = found.into_iter().map(Option::unwrap).collect();
    assert_eq!(found[0].read::<f64, Ix1>().unwrap().unwrap().to_vec(), [2.0, 3.0]);
    assert_eq!(found[0].times().unwrap().unwrap(), [10.5, 11.0]);
    assert_eq!(found[0].physical().unwrap().unwrap().values.sum(), 15.0);
    assert!(
        found[1].is_empty() && found[1].read::<f64, Ix1>().unwrap().is_none() && found[1].times().unwrap().is_none()
    );
    assert!(found[2].read::<f64, Ix2>().unwrap_err().is_file_fault());
    assert_eq!((found[2].as_stored(), found[2].series().object().name()), ((3, 2), "stimulus"));
}

#[test]
fn unfit_lengths_are_refused() {
    fn refused<T: IsA<TimeSeries>>(edit: &mut Edit, draft: Draft<T>, word: &str) {
        let error = edit.insert_in(Place::Acquisition, draft).unwrap_err();
        assert!(error.is_caller_fault() && error.to_string().contains(word), "{error}");
    }
    let mut edit = begin();
    let table = electrodes(&mut edit, 3);
    refused(&mut edit, series("s", vec![0.0; 3], Timing::rate(0.0)), "0 Hz");
    refused(&mut edit, series("s", vec![0.0; 3], Timing::rate(1.0)).control(vec![1u8, 2]), "control");
    let raw = |shape: (usize, usize)| {
        ElectricalSeries::new(ElectricalSeriesInit {
            name: "raw".into(),
            data: Array2::<i16>::zeros(shape).into(),
            timing: Timing::rate(1.0),
            electrodes: DynamicTableRegion::of(table, "all", vec![0, 1, 2]).into(),
        })
    };
    refused(&mut edit, raw((3, 8)), "transpose");
    refused(&mut edit, raw((9, 8)), "electrodes");
    refused(&mut edit, raw((8, 3)).channel_conversion(vec![1.0]), "channel_conversion");
    acquire(&mut edit, raw((8, 3)).channel_conversion(vec![1.0, 2.0, 3.0]));
}

#[test]
fn patch_clamp_series_have_their_units() {
    let mut edit = begin();
    let rig = edit.insert(Device::new(DeviceInit { name: "rig".into() })).unwrap();
    let cell = edit
        .insert(IntracellularElectrode::new(IntracellularElectrodeInit {
            name: "cell".into(),
            description: "glass".into(),
            device: rig.into(),
        }))
        .unwrap();
    let zero = IZeroClampSeries::new(IZeroClampSeriesInit {
        name: "zero".into(),
        data: vec![0.5, 1.5].into(),
        timing: Timing::rate(1.0),
        electrode: cell.into(),
    });
    acquire(&mut edit, zero.gain(2.0));
    let clamp = VoltageClampSeries::new(VoltageClampSeriesInit {
        name: "clamp".into(),
        stimulus_description: "steps".into(),
        data: vec![0.5, 1.5].into(),
        timing: Timing::rate(1.0),
        electrode: cell.into(),
    });
    acquire(
        &mut edit,
        clamp.capacitance_fast(1e-12).resistance_comp_correction(70.0).whole_cell_series_resistance_comp(1e7),
    );
    let file = edit.commit().unwrap();
    let zero: IZeroClampSeries = get(&file, "zero");
    assert_eq!((zero.unit().unwrap(), zero.stimulus_description().unwrap()), ("volts", "N/A"));
    assert_eq!(
        (zero.bias_current().unwrap(), zero.bridge_balance().unwrap(), zero.capacitance_compensation().unwrap()),
        (Some(0.0), Some(0.0), Some(0.0))
    );
    let clamp: VoltageClampSeries = get(&file, "clamp");
    assert_eq!((clamp.unit().unwrap(), clamp.capacitance_fast_unit().unwrap()), ("amperes", Some("farads")));
    assert_eq!(
        (clamp.resistance_comp_correction().unwrap(), clamp.resistance_comp_correction_unit().unwrap()),
        (Some(70.0), Some("percent"))
    );
    assert_eq!(
        (clamp.whole_cell_series_resistance_comp_unit().unwrap(), clamp.capacitance_slow_unit().unwrap()),
        (Some("ohms"), None)
    );
    assert_eq!(clamp.electrode().unwrap().object().name(), "cell");
}
