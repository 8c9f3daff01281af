//! A whole calcium-imaging session: from metadata and movies to masks, fluorescence and dF/F; written, opened again, looked at.
//!
//! `cargo run -p nwb --example ophys -- session.nwb`
//!
//! The tests write the same session with PyNWB and compare the two files, so everything in it is given: times, object ids, and
//! the arrays, which come from simple formulas.

use std::path::PathBuf;

use nwb::ndarray::{Array1, Array2, Array3, Array4, ArrayD, s};
use nwb::ophys::mask::{PixelMasks, VoxelMasks};
use nwb::prelude::*;
use nwb::{CreateOptions, EditOptions, ObjectIds, Overwrite, Result};

fn main() -> Result<()> {
    let path = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("ophys.nwb"), PathBuf::from);
    write(path.clone())?;
    read(path)
}

pub(crate) fn write(path: PathBuf) -> Result<()> {
    // --- the file and its metadata -------------------------------------------------------------------------------------------
    let now = Timestamp::parse("2024-03-06T11:02:03+01:00")?.zoned();
    let options = CreateOptions {
        overwrite: Overwrite::Yes,
        edit: EditOptions {
            object_ids: ObjectIds::OfPath(nwb::uuid::Uuid::NAMESPACE_OID),
            now,
            ..EditOptions::default()
        },
    };
    let session = NwbFile::new(NwbFileInit {
        identifier: "ophys-session-0001".into(),
        session_description: "Two-photon imaging of layer 2/3 while the mouse runs".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07.250000-07:00")?,
    })
    .timestamps_reference_time(Timestamp::parse("2024-03-05T09:41:00-07:00")?)
    .experimenter(["Ramón y Cajal, Santiago", "Doe, Jane"])
    .lab("Lab of Optics")
    .institution("University of Somewhere")
    .experiment_description("Responses to drifting gratings")
    .session_id("M7-2024-03-05-1")
    .keywords(["calcium imaging", "running", "V1"])
    .notes("The mouse was calm.")
    .pharmacology("none")
    .protocol("P-123")
    .related_publications(["doi:10.1000/one", "doi:10.1000/two"])
    .slices("none")
    .surgery("Cranial window, 3 mm")
    .virus("AAV1-syn-GCaMP6f, 200 nL")
    .stimulus_notes("Gratings, 8 directions")
    .data_collection("ScanImage")
    .source_script("print('converted')\n", "convert.py")
    .was_generated_by(
        Value::texts(["converter", "1.2", "segmenter", "0.9"]).reshaped(nwb::model::value::Shape::of(&[2, 2]))?,
    );
    let mut edit = nwb::create_with(path, session, options)?;

    edit.insert(
        Subject::new()
            .subject_id("M7")
            .description("mouse 7")
            .species("Mus musculus")
            .strain("C57BL/6J")
            .genotype("Emx1-IRES-Cre")
            .sex("F")
            .age("P90D")
            .weight("0.0215 kg")
            .date_of_birth(Timestamp::parse("2023-12-06T00:00:00-07:00")?),
    )?;

    // --- devices and imaging planes ------------------------------------------------------------------------------------------
    let model = edit.insert(
        DeviceModel::new(DeviceModelInit { name: "BScope".into(), manufacturer: "Optics Inc.".into() })
            .model_number("B-2")
            .description("A resonant two-photon microscope"),
    )?;
    let microscope = edit.insert(
        Device::new(DeviceInit { name: "Microscope".into() })
            .description("The microscope in room 4")
            .serial_number("0042")
            .model(model),
    )?;
    let camera = edit.insert(Device::new(DeviceInit { name: "Camera".into() }).description("A widefield camera"))?;

    let channel = |name: &str, description: &str, emission_lambda: f64| {
        OpticalChannel::new(OpticalChannelInit { name: name.into(), description: description.into(), emission_lambda })
    };
    let plane = edit.insert(
        ImagingPlane::new(ImagingPlaneInit {
            name: "plane_150um".into(),
            device: microscope.into(),
            optical_channels: vec![
                channel("green", "GCaMP emission", 510.5).into(),
                channel("red", "tdTomato emission", 581.0).into(),
            ],
            excitation_lambda: 920.0,
            indicator: "GCaMP6f".into(),
            location: "VISp".into(),
        })
        .description("150 um below the pia")
        .imaging_rate(30.25)
        .reference_frame("bregma, x to the right, y to the front, z down")
        .origin_coords(vec![1.5, -2.25, 0.15])
        .origin_coords_unit("millimeters")
        .grid_spacing(vec![0.75, 1.25])
        .grid_spacing_unit("micrometers"),
    )?;
    let volume = edit.insert(
        ImagingPlane::new(ImagingPlaneInit {
            name: "volume".into(),
            device: microscope.into(),
            optical_channels: vec![channel("green", "GCaMP emission", 512.0).into()],
            excitation_lambda: 940.0,
            indicator: "GCaMP6s".into(),
            location: "VISl".into(),
        })
        .description("A stack of three planes")
        .imaging_rate(10.0)
        .origin_coords(vec![0.5, 0.25, 0.125])
        .grid_spacing(vec![0.001, 0.002, 0.004]),
    )?;
    let cortex = edit.insert(
        ImagingPlane::new(ImagingPlaneInit {
            name: "cortex".into(),
            device: camera.into(),
            optical_channels: vec![channel("all", "everything above 500 nm", 525.0).into()],
            excitation_lambda: 470.0,
            indicator: "GCaMP6f".into(),
            location: "MOs".into(),
        })
        .description("The cortical surface")
        .imaging_rate(50.0),
    )?;

    // --- movies: [frame, width, height], [frame, width, height, depth] ---------------------------------------------------------
    let pixel = |t: usize, x: usize, y: usize| ((t * 7 + x * 3 + y * 5 + x * y) % 4096) as u16;
    let frames = Array3::from_shape_fn((6, 9, 7), |(t, x, y)| pixel(t, x, y));
    let movie = edit.insert_in(
        Place::Acquisition,
        TwoPhotonSeries::new(TwoPhotonSeriesInit {
            name: "TwoPhotonSeries".into(),
            imaging_plane: plane.into(),
            data: frames.into(),
            unit: "counts".into(),
            timing: Timing::rate_from(30.25, 1.5),
        })
        .description("The movie as recorded")
        .comments("frames are (time, x, y)")
        .conversion(0.5)
        .offset(-3.0)
        .resolution(0.25)
        .pmt_gain(1.75)
        .scan_line_rate(7920.0)
        .field_of_view(vec![0.0068, 0.0088])
        .dimension(vec![9i64, 7])
        .format("raw")
        .control(vec![0u8, 1, 0, 1, 0, 1])
        .control_description(["shutter open", "shutter closed"]),
    )?;
    let volumes = Array4::from_shape_fn((4, 9, 7, 3), |(t, x, y, z)| (t * 1000 + x * 100 + y * 10 + z) as f32);
    let volumes = edit.insert_in(
        Place::Acquisition,
        TwoPhotonSeries::new(TwoPhotonSeriesInit {
            name: "Volumes".into(),
            imaging_plane: volume.into(),
            data: volumes.into(),
            unit: "counts".into(),
            timing: Timing::rate(10.0),
        })
        .description("Four volumes")
        .field_of_view(vec![0.009, 0.014, 0.012]),
    )?;
    let surface = Array3::from_shape_fn((5, 4, 8), |(t, x, y)| (t * 50 + y * 3) as i16 - (x * 20) as i16);
    edit.insert_in(
        Place::Acquisition,
        OnePhotonSeries::new(OnePhotonSeriesInit {
            name: "OnePhotonSeries".into(),
            imaging_plane: cortex.into(),
            data: surface.into(),
            unit: "n.a.".into(),
            timing: Timing::timestamps(Array1::from_shape_fn(5, |t| t as f64 / 8.0 + (t * t) as f64 / 64.0)),
        })
        .description("The surface")
        .device(camera)
        .pmt_gain(2.5)
        .scan_line_rate(0.5)
        .exposure_time(0.0125)
        .binning(4)
        .power(0.03125)
        .intensity(12.5),
    )?;

    // Frames in files beside this one.
    edit.insert_in(
        Place::Acquisition,
        TwoPhotonSeries::new(TwoPhotonSeriesInit {
            name: "TwoPhotonExternal".into(),
            imaging_plane: plane.into(),
            data: ImageData::external_files([("movie_a.tif", 0), ("movies/movie_b.tif", 120)]),
            unit: "counts".into(),
            timing: Timing::rate_from(15.0, 4.0),
        })
        .description("Frames in two files beside this one")
        .dimension(vec![512i64, 256])
        .num_samples(200),
    )?;
    edit.insert_in(
        Place::Acquisition,
        OnePhotonSeries::new(OnePhotonSeriesInit {
            name: "OnePhotonExternal".into(),
            imaging_plane: cortex.into(),
            data: ImageData::external_file("camera.avi"),
            unit: "n.a.".into(),
            timing: Timing::timestamps(Array1::from_shape_fn(4, |t| t as f64 / 50.0 + (t * t) as f64 / 4096.0)),
        })
        .description("Frames in one file")
        .dimension(vec![64i64, 48])
        .num_samples(4),
    )?;

    // --- motion correction -----------------------------------------------------------------------------------------------------
    let module = edit.insert(ProcessingModule::new(ProcessingModuleInit {
        name: "ophys".into(),
        description: "Processed imaging data".into(),
    }))?;
    let corrected = ImageSeries::new(ImageSeriesInit {
        name: "corrected".into(),
        data: Array3::from_shape_fn((6, 9, 7), |(t, x, y)| pixel(t, x, y) + 1).into(),
        unit: "counts".into(),
        timing: Timing::rate_from(30.25, 1.5),
    })
    .description("Frames after the shift");
    let shifts =
        Array2::from_shape_fn((6, 2), |(t, k)| if k == 0 { t as f64 / 4.0 } else { (0.0 - 2.0 * t as f64) / 4.0 });
    let xy_translation = TimeSeries::new(TimeSeriesInit {
        name: "xy_translation".into(),
        data: shifts.into(),
        unit: "pixels".into(),
        timing: Timing::rate_from(30.25, 1.5),
    })
    .description("Shift in x and in y, in pixels")
    .continuity("step");
    let motion = edit.insert_in(
        module,
        MotionCorrection::new(MotionCorrectionInit {
            corrected_image_stacks: vec![
                CorrectedImageStack::new(CorrectedImageStackInit {
                    name: "CorrectedImageStack".into(),
                    corrected: corrected.into(),
                    xy_translation: xy_translation.into(),
                    original: movie.into(),
                })
                .into(),
            ],
        }),
    )?;
    let corrected: Handle<ImageSeries> = edit.child(motion, "CorrectedImageStack/corrected")?;

    // --- summary images --------------------------------------------------------------------------------------------------------
    let mean = Array2::from_shape_fn((9, 7), |(x, y)| (x * y + 2 * x) as f32 / 4.0);
    let max = Array2::from_shape_fn((9, 7), |(x, y)| (x * 11 + y * 2) as u16);
    let images = edit.insert_in(
        module,
        Images::new(ImagesInit {
            description: "Summaries of the movie".into(),
            images: vec![
                GrayscaleImage::new(GrayscaleImageInit { name: "mean".into(), data: mean.into() })
                    .description("Mean over frames")
                    .resolution(70.5)
                    .into(),
                GrayscaleImage::new(GrayscaleImageInit { name: "max".into(), data: max.into() })
                    .description("Maximum over frames")
                    .into(),
            ],
        })
        .named("SummaryImages"),
    )?;
    let mean: Handle<GrayscaleImage> = edit.child(images, "mean")?;
    let max: Handle<GrayscaleImage> = edit.child(images, "max")?;
    edit.update(images, |images| {
        images.order_of_images(ImageReferences::new(ImageReferencesInit { data: Data::references([mean, max]) }))
    })?;

    // --- segmentation ------------------------------------------------------------------------------------------------------------
    let image_masks = || {
        Array3::from_shape_fn(
            (3, 9, 7),
            |(n, x, y)| if (x + 2 * y + n) % 5 == 0 { (x + y + 1) as f32 / 8.0 } else { 0.0 },
        )
    };
    let segmentation = |name: &str, description: &str, plane: Handle<ImagingPlane>| {
        PlaneSegmentation::new(PlaneSegmentationInit {
            name: name.into(),
            description: description.into(),
            imaging_plane: plane.into(),
        })
    };
    let by_image = segmentation("ImageMasks", "Masks as images", plane)
        .image_masks(image_masks())
        .reference_images([Child::<ImageSeries>::from(movie), corrected.into()])
        .ids(vec![100, 103, 106]);
    let by_pixel = segmentation("PixelMasks", "Masks as lists of pixels", plane)
        .pixel_masks(&pixel_masks(4))?
        .ids(vec![200, 203, 206, 209]);
    let by_voxel = segmentation("VoxelMasks", "Masks as lists of voxels", volume)
        .voxel_masks(&voxel_masks(2))?
        .reference_images([volumes])
        .ids(vec![300, 303]);
    let by_all = segmentation("AllMasks", "All three kinds of masks", volume)
        .image_masks(image_masks())
        .pixel_masks(&pixel_masks(3))?
        .voxel_masks(&voxel_masks(3))?
        .column("quality", "Quality of the ROI, 0 to 1", vec![0.5, 0.25, 1.0])
        .column("accepted", "Whether the ROI was accepted", vec![true, false, true])
        .column("label", "What the ROI is", vec!["soma", "dendrité", ""])
        .ids(vec![400, 403, 406]);
    let segmented = edit.insert_in(
        module,
        ImageSegmentation::new(ImageSegmentationInit {
            plane_segmentations: vec![by_image.into(), by_pixel.into(), by_voxel.into(), by_all.into()],
        }),
    )?;
    let image_rois: Handle<PlaneSegmentation> = edit.child(segmented, "ImageMasks")?;
    let pixel_rois: Handle<PlaneSegmentation> = edit.child(segmented, "PixelMasks")?;

    // --- fluorescence and dF/F: [frame, roi] ---------------------------------------------------------------------------------------
    let by_rate = RoiResponseSeries::new(RoiResponseSeriesInit {
        name: "by_rate".into(),
        data: Array2::from_shape_fn((6, 3), |(t, n)| (t * 10 + n * 3 + t * n) as i32).into(),
        unit: "counts".into(),
        timing: Timing::rate_from(30.25, 1.5),
        rois: DynamicTableRegion::of(image_rois, "all ROIs", vec![0, 1, 2]).into(),
    })
    .description("Raw traces");
    let by_timestamps = RoiResponseSeries::new(RoiResponseSeriesInit {
        name: "by_timestamps".into(),
        data: Array2::from_shape_fn((5, 2), |(t, n)| (t as f64 - 2.0 * n as f64) / 8.0).into(),
        unit: "lumens".into(),
        timing: Timing::timestamps(Array1::from_shape_fn(5, |t| 2.0 + t as f64 / 4.0 + (t * t) as f64 / 128.0)),
        rois: DynamicTableRegion::of(pixel_rois, "the last and the second ROI", vec![3, 1]).into(),
    })
    .description("Traces with their own times");
    let fluorescence = edit.insert_in(
        module,
        Fluorescence::new(FluorescenceInit { roi_response_series: vec![by_rate.into(), by_timestamps.into()] }),
    )?;
    let timed: Handle<RoiResponseSeries> = edit.child(fluorescence, "by_timestamps")?;
    edit.insert_in(
        fluorescence,
        RoiResponseSeries::new(RoiResponseSeriesInit {
            name: "one_roi".into(),
            data: Array1::from_shape_fn(5, |t| (t * t) as f32 - 3.0).into(),
            unit: "lumens".into(),
            timing: Timing::shared_with(timed),
            rois: DynamicTableRegion::of(pixel_rois, "the third ROI", vec![2]).into(),
        })
        .description("One ROI, one dimension"),
    )?;
    let dff = RoiResponseSeries::new(RoiResponseSeriesInit {
        name: "dff".into(),
        data: Array2::from_shape_fn((5, 2), |(t, n)| ((t + 1) * (n + 1)) as f64 / 32.0).into(),
        unit: "n.a.".into(),
        timing: Timing::shared_with(timed),
        rois: DynamicTableRegion::of(pixel_rois, "the last and the second ROI", vec![3, 1]).into(),
    })
    .description("dF/F at the same times")
    .control(vec![0u8, 1, 2, 3, 4])
    .control_description(["a", "b", "c", "d", "e"]);
    edit.insert_in(module, DfOverF::new(DfOverFInit { roi_response_series: vec![dff.into()] }))?;

    // Everything was checked on the way; now it is written, and appears under its name when it is complete.
    edit.commit()?;
    Ok(())
}

/// The first ROIs as lists of pixels, ROI n of 2, 3, 4 or 5 pixels.
fn pixel_masks(rois: usize) -> PixelMasks {
    let mut masks = PixelMasks::new();
    for n in 0..rois {
        masks.push_pixels((0..n + 2).map(|k| pixel_of(n, k)));
    }
    masks
}

fn pixel_of(n: usize, k: usize) -> ([u32; 2], f32) {
    let at = [(2 * n + k) % 9, (3 * k + n) % 7].map(|i| i as u32);
    (at, (k + 1) as f32 / 4.0 - n as f32)
}

/// The first ROIs as lists of voxels, ROI n of 2, 3 or 4 voxels.
fn voxel_masks(rois: usize) -> VoxelMasks {
    let mut masks = VoxelMasks::new();
    for n in 0..rois {
        masks.push_pixels((0..n + 2).map(|k| {
            let at = [(n + k) % 9, (n + 2 * k) % 7, k % 3].map(|i| i as u32);
            (at, (k + 1) as f32 / 8.0 + n as f32)
        }));
    }
    masks
}

fn read(path: PathBuf) -> Result<()> {
    let file = nwb::open(path)?;
    println!("{} by {}", file.session_description()?, file.experimenter()?.unwrap_or_default().join("; "));

    // By name, and a part of it only.
    let movie: TwoPhotonSeries = file.acquisition()?.get("TwoPhotonSeries")?;
    let patch: Array2<u16> = movie.data()?.read(s![2, 3..6, ..])?;
    println!("a patch of frame 2 from {}: {patch}", movie.imaging_plane()?.location()?);

    // As the only one of its kind. Where there are several, that is an error which names them.
    let module: ProcessingModule = file.processing()?.get("ophys")?;
    let segmentation: ImageSegmentation = module.data_interfaces()?.all().only()?;
    if let Err(ambiguous) = segmentation.plane_segmentations()?.only() {
        println!("as it should be: {ambiguous}");
    }

    // Masks and traces by index and by slice, without the rest.
    let rois = segmentation.plane_segmentations()?.get("PixelMasks")?;
    let second = rois.read_pixel_masks(1..2)?;
    println!("ROI 1 has {} pixels", second.weights().len());
    let mask: ArrayD<f64> = segmentation.plane_segmentations()?.get("ImageMasks")?.read_image_mask(2)?;
    println!("ROI 2 weighs {}", mask.sum());
    let dff: RoiResponseSeries = file.get("/processing/ophys/DfOverF/dff")?.cast()?;
    let trace: Array1<f64> = dff.data()?.read(s![.., 1])?;
    println!("dF/F of ROI {:?}: {trace}", dff.rois()?.rows(1..2)?);
    drop((file, module, segmentation, rois));

    // A view keeps its file open: there is no reading from a closed file.
    println!("still there: {:?}", dff.data()?.read::<f64, nwb::ndarray::Ix1>(s![0, ..])?);
    Ok(())
}
