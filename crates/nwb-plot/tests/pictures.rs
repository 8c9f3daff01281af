//! Pictures of a session in memory: their structure as SVG, their pixels as PNG, and what cannot be drawn.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use nwb_model::draft::Handle;
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::ext::{Columns, Ragged, Timing};
use nwb_model::file::File;
use nwb_model::memory::Memory;
use nwb_model::ndarray::{Array1, Array2, Array3};
use nwb_model::place::Place;
use nwb_model::time::Timestamp;
use nwb_model::types::{
    Device, DeviceInit, DfOverF, DfOverFInit, DynamicTableRegion, ImageSegmentation, ImageSegmentationInit,
    ImagingPlane, ImagingPlaneInit, ImagingPlaneSet, NwbFileInit, OpticalChannel, OpticalChannelInit,
    PlaneSegmentation, PlaneSegmentationInit, ProcessingModule, ProcessingModuleInit, RoiResponseSeries,
    RoiResponseSeriesInit, TimeSeries, TimeSeriesInit, TimeSeriesSet, TwoPhotonSeries, TwoPhotonSeriesInit, Units,
    UnitsInit,
};
use nwb_ophys::mask::PixelMasks;
use nwb_ophys::segmentation::RoiColumns;
use nwb_plot::{Options, Theme, View, plot};

/// Two ROIs of 4 by 4 pixels at (4, 4) and (20, 10) of a field of 32 by 24, their traces, a long series with one spike, and units.
fn session() -> File {
    let init = NwbFileInit {
        identifier: "a".into(),
        session_description: "b".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00").unwrap(),
    };
    let mut edit = Edit::create(Memory::new("session"), "session", init, EditOptions::default()).unwrap();
    let scope = edit.insert(Device::new(DeviceInit { name: "scope".into() })).unwrap();
    let green = OpticalChannelInit { name: "green".into(), description: "d".into(), emission_lambda: 510.0 };
    let plane = ImagingPlane::new(ImagingPlaneInit {
        name: "plane".into(),
        device: scope.into(),
        optical_channels: vec![OpticalChannel::new(green).into()],
        excitation_lambda: 920.0,
        indicator: "GCaMP6s".into(),
        location: "VISp".into(),
    });
    let plane = edit.insert(plane.grid_spacing(vec![2.0, 2.0]).grid_spacing_unit("micrometers")).unwrap();
    let movie = TwoPhotonSeries::new(TwoPhotonSeriesInit {
        name: "movie".into(),
        imaging_plane: plane.into(),
        data: Array3::<u16>::from_elem((5, 32, 24), 100).into(),
        unit: "n.a.".into(),
        timing: Timing::rate(30.0),
    });
    edit.insert_in(Place::Acquisition, movie).unwrap();
    let module = ProcessingModuleInit { name: "ophys".into(), description: "d".into() };
    let module = edit.insert(ProcessingModule::new(module)).unwrap();
    let mut masks = PixelMasks::new();
    for [x, y] in [[4, 4], [20, 10]] {
        masks.push_pixels((0..16).map(|n| ([x + n % 4, y + n / 4], 1.0)));
    }
    let table = PlaneSegmentationInit { name: "cells".into(), description: "d".into(), imaging_plane: plane.into() };
    let table = PlaneSegmentation::new(table).pixel_masks(&masks).unwrap();
    let images = ImageSegmentation::new(ImageSegmentationInit { plane_segmentations: vec![table.into()] });
    let images = edit.insert_in(module, images).unwrap();
    let table: Handle<PlaneSegmentation> = edit.child(images, "cells").unwrap();
    let traces = Array2::<f64>::from_shape_fn((300, 2), |(t, roi)| if t % 100 == 50 + roi { 3.0 } else { 0.0 });
    let series = RoiResponseSeries::new(RoiResponseSeriesInit {
        name: "dff".into(),
        data: traces.into(),
        unit: "n.a.".into(),
        timing: Timing::rate(30.0),
        rois: DynamicTableRegion::of(table, "both", vec![0, 1]).into(),
    });
    edit.insert_in(module, DfOverF::new(DfOverFInit { roi_response_series: vec![series.into()] })).unwrap();
    // One sample in 300,000 is out of line.
    let mut long = Array1::<i16>::from_shape_fn(300_000, |t| (t % 3) as i16);
    long[123_456] = 3000;
    let long = TimeSeries::new(TimeSeriesInit {
        name: "long & thin".into(),
        data: long.into(),
        unit: "volts".into(),
        timing: Timing::rate(1000.0),
    });
    edit.insert_in(Place::Acquisition, long.conversion(1e-6)).unwrap();
    let times = Ragged::with_lengths(vec![0.5, 1.0, 1.5, 0.7], [3, 1]);
    let units = Units::new(UnitsInit { description: "d".into() }).ragged_column("spike_times", "s", times);
    edit.insert(units).unwrap();
    edit.commit().unwrap()
}

fn count(svg: &str, class: &str) -> usize {
    svg.matches(&format!("class=\"{class}\"")).count()
}

#[test]
fn a_session_shows_rois_beside_their_traces() {
    let file = session();
    let picture = plot(&file.get("/").unwrap(), &Options::new()).unwrap();
    assert_eq!(picture.path(), "/processing/ophys/ImageSegmentation/cells");
    let others: Vec<&str> = picture.others().iter().map(|other| other.path()).collect();
    assert_eq!(others, ["/processing/ophys/DfOverF/dff", "/units", "/acquisition/movie", "/acquisition/long & thin"]);
    let svg = picture.to_svg().unwrap();
    assert_eq!(svg, plot(&session().get("/").unwrap(), &Options::new()).unwrap().to_svg().unwrap());
    for (class, number) in [("roi", 2), ("roi-label", 2), ("trace", 2), ("trace-label", 2), ("image", 1), ("paper", 1)]
    {
        assert_eq!(count(&svg, class), number, "{class}");
    }
    assert!(svg.contains("ΔF/F</text>") && svg.contains("time (s)</text>") && svg.contains(" µm</text>"));
    assert!(svg.contains("mean of all frames of /acquisition/movie"));
}

/// Every picture as its kinds of marks, and all texts that it has.
#[test]
fn each_object_has_its_picture() {
    let file = session();
    let heat = Options::new().view(View::Heat);
    let one = Options::new().picks("1".parse().unwrap());
    for (path, options, classes, words) in [
        ("/processing/ophys/DfOverF", &Options::new(), [("trace", 2), ("scale-bar", 2)], "time (s)"),
        ("/processing/ophys/DfOverF", &heat, [("heat", 1), ("colour-bar", 1)], "ΔF/F"),
        ("/processing/ophys/ImageSegmentation/cells", &one, [("roi", 1), ("roi-other", 1)], "x (pixels)"),
        ("/acquisition/movie", &Options::new(), [("image", 1), ("title", 1)], "y (pixels)"),
        ("/acquisition/long & thin", &Options::new(), [("trace", 1), ("title", 1)], "long &amp; thin (mV)"),
        ("/units", &Options::new(), [("spikes", 2), ("title", 1)], "4 spikes"),
    ] {
        let svg = plot(&file.get(path).unwrap(), options).unwrap().to_svg().unwrap();
        for (class, number) in classes {
            assert_eq!(count(&svg, class), number, "{path} {class}");
        }
        assert!(svg.contains(&format!("{words}</text>")), "{path}");
    }
}

#[test]
fn the_one_extreme_of_many_samples_is_drawn() {
    let svg = plot(&session().get("/acquisition/long & thin").unwrap(), &Options::new()).unwrap().to_svg().unwrap();
    let trace = svg.lines().find(|line| line.contains("class=\"trace\"")).unwrap();
    let ys: Vec<f64> =
        trace.split(['M', 'L']).filter_map(|p| p.split_once(' ')?.1.trim_end_matches("\"/>").parse().ok()).collect();
    // Two extremes for each column of pixels at most, and the spike far above the rest.
    assert!(ys.len() < 4000, "{}", ys.len());
    let highest = ys.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(ys.iter().filter(|y| **y < highest + 300.0).count(), 1);
}

#[test]
fn peaks_are_not_cut_off() {
    let svg = plot(&session().get("/processing/ophys/DfOverF").unwrap(), &Options::new()).unwrap().to_svg().unwrap();
    let facts = svg.lines().find(|line| line.contains("class=\"facts\"")).unwrap();
    let below: f64 = facts.split(" y=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
    let traces: Vec<&str> = svg.lines().filter(|line| line.contains("class=\"trace\"")).collect();
    assert_eq!(traces.len(), 2);
    for trace in traces {
        let ys: Vec<f64> = trace
            .split(['M', 'L'])
            .filter_map(|p| p.split_once(' ')?.1.trim_end_matches("\"/>").parse().ok())
            .collect();
        let highest = ys.iter().copied().fold(f64::INFINITY, f64::min);
        assert!(ys.len() > 10 && highest > below, "{highest} {below}");
    }
}

#[test]
fn contours_lie_on_the_edges_of_their_rois() {
    let options = Options::new().size(800, 600);
    let picture = plot(&session().get("/processing/ophys/ImageSegmentation/cells").unwrap(), &options).unwrap();
    let svg = picture.to_svg().unwrap();
    let field = svg.lines().find(|line| line.contains("class=\"field\"")).unwrap();
    let number = |name: &str| {
        field.split(&format!(" {name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse::<f64>().unwrap()
    };
    let (x, y, pixel) = (number("x"), number("y"), number("width") / 32.0);
    let png = picture.to_png(2.0).unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    assert_eq!((info.width, info.height), (1600, 1200));
    let at = |px: f64, py: f64| {
        let (column, row) = (((x + px * pixel) * 2.0) as usize, ((y + py * pixel) * 2.0) as usize);
        <[u8; 3]>::try_from(&bytes[(row * 1600 + column) * 4..][..3]).unwrap()
    };
    // Left, right and upper edge of the first ROI, and of the second: each in its own colour. Inside and outside: gray.
    for ((left, top), colour) in [((4.0, 4.0), [0x56, 0xb4, 0xe9]), ((20.0, 10.0), [0xff, 0x8c, 0x2e])] {
        for (px, py) in [(left, top + 1.0), (left + 4.0, top + 1.0), (left + 1.0, top)] {
            assert_eq!(at(px, py), colour, "{px} {py}");
        }
        for (px, py) in [(left + 0.5, top + 0.5), (left - 1.0, top + 1.0)] {
            let [r, g, b] = at(px, py);
            assert!(r == g && g == b, "{px} {py}: {r} {g} {b}");
        }
    }
}

#[test]
fn dark_pages_are_dark() {
    let options = Options::new().theme(Theme::Dark);
    let svg = plot(&session().get("/units").unwrap(), &options).unwrap().to_svg().unwrap();
    assert!(svg.contains("class=\"paper\" fill=\"#12151b\""));
}

#[test]
fn what_cannot_be_drawn_is_refused_with_a_remedy() {
    let file = session();
    let error = |path: &str, options: Options| plot(&file.get(path).unwrap(), &options).unwrap_err().to_string();
    assert!(error("/general", Options::new()).contains("nothing in it that can be drawn"));
    let late = error("/acquisition/long & thin", Options::new().window(1e6..2e6));
    assert!(late.contains("0 to 300 s") && late.contains("--window"), "{late}");
    assert!(error("/units", Options::new().picks("7".parse().unwrap())).contains("id 7"));
    assert!(error("/units", Options::new().align("start_time")).contains("no trials"));
    assert!(error("/units", Options::new().view(View::Heat)).contains("cannot be drawn in that way"));
    assert!(plot(&file.get("/units").unwrap(), &Options::new()).unwrap().to_png(1e6).unwrap_err().is_limit());
}
