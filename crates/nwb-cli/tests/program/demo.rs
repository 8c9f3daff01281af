//! `nwb demo`.

use std::fs;

use nwb::ndarray::{Array3, Array4, Ix2, s};
use nwb::ophys::segmentation::RoiReading;
use nwb::prelude::*;

use crate::ended;
use crate::files::{demo, make_demo, tiff};

#[test]
fn the_same_seed_and_start_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (again, other) = (folder.path().join("again.nwb"), folder.path().join("other.nwb"));
    make_demo(&again, "7");
    make_demo(&other, "8");
    let bytes = fs::read(demo()).unwrap();
    assert!(fs::read(again).unwrap() == bytes, "the same seed gave another file");
    assert!(fs::read(other).unwrap() != bytes, "another seed gave the same file");
}

#[test]
fn the_session_is_complete() {
    let file = nwb::open(demo()).unwrap();
    let movie: TwoPhotonSeries = file.acquisition().unwrap().get("TwoPhotonSeries").unwrap();
    assert_eq!(movie.data().unwrap().shape().unwrap(), [60, 60, 48]);
    assert_eq!(movie.imaging_plane().unwrap().optical_channels().unwrap().count().unwrap(), 2);
    let module: ProcessingModule = file.processing().unwrap().get("ophys").unwrap();
    let motion: MotionCorrection = module.data_interfaces().unwrap().all().get("MotionCorrection").unwrap();
    let stack = motion.corrected_image_stacks().unwrap().only().unwrap();
    assert_eq!(stack.original().unwrap().object(), movie.object());
    let shifts = stack.xy_translation().unwrap().data().unwrap().read::<f64, Ix2>(..).unwrap();
    assert!(shifts.iter().all(|shift| shift.abs() < 6.0) && shifts.iter().any(|shift| shift.abs() > 0.2), "{shifts}");

    // Masks of both kinds agree, and the traces are those of the corrected movie under them.
    let segmentation: ImageSegmentation = module.data_interfaces().unwrap().all().get("ImageSegmentation").unwrap();
    let rois = segmentation.plane_segmentations().unwrap().only().unwrap();
    let count = rois.roi_count().unwrap();
    assert!(count > 0);
    let masks = rois.read_pixel_masks(0..count).unwrap();
    let corrected: Array3<f64> = stack.corrected().unwrap().data().unwrap().read(..).unwrap();
    let traces: RoiResponseSeries =
        file.get("/processing/ophys/Fluorescence/RoiResponseSeries").unwrap().cast().unwrap();
    let traces = traces.data().unwrap().read::<f64, Ix2>(..).unwrap();
    assert_eq!(traces.dim(), (60, masks.len()));
    for (roi, mask) in masks.iter().enumerate() {
        let image = rois.read_image_mask(roi as u64).unwrap().into_dimensionality::<Ix2>().unwrap();
        assert!(mask.pixels().all(|([x, y], weight)| image[[x as usize, y as usize]] == f64::from(weight)));
        let weights: f64 = image.sum();
        let expected = (&corrected.slice(s![17, .., ..]) * &image).sum() / weights;
        assert!((traces[[17, roi]] - expected).abs() < 1e-6 * expected, "{} {expected}", traces[[17, roi]]);
    }
}

#[test]
fn there_are_trials_and_speed_as_long_as_the_movie() {
    let file = nwb::open(demo()).unwrap();
    let trials = file.trials().unwrap().unwrap();
    // Six seconds: the third would not end in time.
    let intervals = trials.intervals().unwrap();
    let times: Vec<[f64; 2]> = intervals.iter().map(|trial| [trial.start, trial.stop]).collect();
    assert_eq!(times, [[0.5, 2.5], [3.5, 5.5]]);
    let columns = trials.column_names().unwrap();
    assert_eq!(columns, ["start_time", "stop_time", "direction", "correct", "lick_times"]);
    let speed: TimeSeries =
        file.get("/processing/behavior/BehavioralTimeSeries/running_speed").unwrap().cast().unwrap();
    let speeds = speed.data().unwrap().read::<f64, nwb::ndarray::Ix1>(..).unwrap();
    assert!(speeds.len() == 120 && speeds.iter().all(|speed| (0.0..1.0).contains(speed)), "{speeds}");
}

#[test]
fn frames_equal_the_tiff_file() {
    let folder = tempfile::tempdir().unwrap();
    let (movie, out) = (folder.path().join("movie.tif"), folder.path().join("out.nwb"));
    let pixel = |page, row, column| (page * 1000 + row * 37 + column * 3 + row * column % 11) as u16;
    tiff(&movie, 5, 30, 44, "ImageJ=1.53\nimages=5\nframes=5\nfinterval=0.125\n", pixel);
    let args = ["demo", out.to_str().unwrap(), "--movie", movie.to_str().unwrap()];
    let (code, _, err) = ended(args);
    assert_eq!((code, err.as_str()), (0, ""));
    let file = nwb::open(&out).unwrap();
    let series: TwoPhotonSeries = file.acquisition().unwrap().get("TwoPhotonSeries").unwrap();
    let data: Array3<u16> = series.data().unwrap().read(..).unwrap();
    assert_eq!(data.dim(), (5, 44, 30));
    for ((page, column, row), value) in data.indexed_iter() {
        assert_eq!(*value, pixel(page as u32, row as u32, column as u32));
    }
    assert_eq!(series.rate().unwrap(), Some(8.0));
    let volume: TwoPhotonSeries = file.acquisition().unwrap().get("SimulatedVolume").unwrap();
    let volume: Array4<u16> = volume.data().unwrap().read(s![0..1, .., .., ..]).unwrap();
    assert_eq!(volume.dim(), (1, 64, 48, 3));

    // It is there now, and stays as it is.
    let before = fs::read(&out).unwrap();
    let (code, stdout, stderr) = ended(args);
    assert_eq!((code, stdout.as_str(), stderr.lines().count()), (1, "", 1), "{stderr}");
    assert!(fs::read(&out).unwrap() == before);
    // Nor is the movie ever replaced by the session.
    let itself = ["demo", movie.to_str().unwrap(), "--movie", movie.to_str().unwrap(), "--overwrite"];
    assert_eq!(ended(itself).0, 1);
    assert_eq!(&fs::read(&movie).unwrap()[..4], b"II*\0");
}

#[test]
fn small_and_dull_movies_make_a_session_too() {
    let folder = tempfile::tempdir().unwrap();
    type Pixel = fn(u32, u32, u32) -> u16;
    let cases: [(&str, u32, u32, u32, Pixel); 4] = [
        ("dark", 3, 40, 40, |_, _, _| 0),
        ("one frame", 1, 20, 30, |_, row, column| (row * column) as u16),
        ("tiny", 4, 3, 2, |page, row, column| (page + row + column) as u16),
        ("one pixel", 2, 1, 1, |page, _, _| page as u16),
    ];
    for (name, pages, rows, columns, pixel) in cases {
        let (movie, out) = (folder.path().join(format!("{name}.tif")), folder.path().join(format!("{name}.nwb")));
        tiff(&movie, pages, rows, columns, "", pixel);
        let (code, _, err) =
            ended(["demo", out.to_str().unwrap(), "--movie", movie.to_str().unwrap(), "--rate", "12.5"]);
        assert_eq!((code, err.as_str()), (0, ""), "{name}");
    }
}

#[test]
fn what_cannot_be_written_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("no folder").join("out.nwb");
    let (code, stdout, stderr) = ended(["demo", out.to_str().unwrap()]);
    assert_eq!((code, stdout.as_str(), stderr.lines().count()), (1, "", 1), "{stderr}");
    assert!(stderr.contains("there is no such folder"), "{stderr}");
}
