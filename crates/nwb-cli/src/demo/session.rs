//! The session as it stands in the file.

use std::path::Path;

use nwb::chrono::{DateTime, FixedOffset, TimeDelta};
use nwb::model::value::Shape;
use nwb::ophys::mask::ImageMasks;
use nwb::ophys::segment;
use nwb::prelude::*;
use nwb::uuid::Uuid;
use nwb::{CreateOptions, ObjectIds, Result, Value};

use super::behaviour;
use super::movie::Movie;
use super::processing::{BASELINE_PERCENT, BASELINE_SECONDS, Processed};
use super::simulated::{self, SURFACE_FIELD, SURFACE_RATE, VOLUME_FIELD};

/// A chunk of a movie is about so large, if a frame is not larger by itself.
const CHUNK_BYTES: u64 = 1 << 20;

const INVENTED: &str = "What is said of animal, behavior, experimenter and microscope is invented.";

/// The objects that others are linked with.
struct Planes {
    cells: Handle<ImagingPlane>,
    surface: Handle<ImagingPlane>,
    volume: Handle<ImagingPlane>,
    camera: Handle<Device>,
}

/// Writes the session, complete or not at all.
pub(super) fn write(
    path: &Path,
    options: CreateOptions,
    start: DateTime<FixedOffset>,
    seed: u64,
    movie: &Movie,
    processed: Processed,
) -> Result<()> {
    let mut edit = nwb::create_with(path, file(&options, start, movie)?, options)?;
    edit.insert(subject(start))?;
    let planes = planes(&mut edit, movie)?;
    let raw = acquisition(&mut edit, seed, movie, &planes)?;
    let module = edit.insert(ProcessingModule::new(ProcessingModuleInit {
        name: "ophys".into(),
        description: "Motion correction, summary images, segmentation and traces, made by `nwb demo`.".into(),
    }))?;
    processing(&mut edit, module, movie, raw, &planes, processed)?;
    volume(&mut edit, module, seed, &planes)?;
    behaviour::add(&mut edit, movie.frames() as f64 / movie.rate(), seed)?;
    edit.commit()?;
    Ok(())
}

fn file(options: &CreateOptions, start: DateTime<FixedOffset>, movie: &Movie) -> Result<Draft<NwbFile>> {
    let identifier = match options.edit.object_ids {
        ObjectIds::OfPath(namespace) => Uuid::new_v5(&namespace, b"identifier"),
        _ => Uuid::new_v4(),
    };
    let draft = NwbFile::new(NwbFileInit {
        identifier: identifier.hyphenated().to_string(),
        session_description: format!("Demonstration of two-photon calcium imaging. {} {INVENTED}", movie.description()),
        session_start_time: Timestamp::from(start),
    })
    .experimenter(["Nobody, Ada"])
    .lab("Laboratory for Demonstrations")
    .institution("Institute of Invented Data")
    .experiment_description(
        "Activity in layer 2/3 of visual cortex while gratings are shown, seen in one plane, with a wide-field movie of the \
         surface and a volume of three planes, which are simulated.",
    )
    .session_id(start.format("demo-%Y%m%d").to_string())
    .keywords(["calcium imaging", "two-photon", "demonstration"])
    .notes("Made to show what such a file looks like; no basis for conclusions about brains.");
    let version = Value::texts(["nwb demo", env!("CARGO_PKG_VERSION")]).reshaped(Shape::of(&[1, 2]))?;
    Ok(draft.was_generated_by(version))
}

fn subject(start: DateTime<FixedOffset>) -> Draft<Subject> {
    let age = 90;
    let birth = TimeDelta::try_days(age).and_then(|age| start.checked_sub_signed(age)).unwrap_or(start);
    Subject::new()
        .subject_id("demo-mouse")
        .description("An invented mouse")
        .species("Mus musculus")
        .strain("C57BL/6J")
        .genotype("Thy1-GCaMP6s GP4.3")
        .sex("F")
        .age(format!("P{age}D"))
        .weight("0.0215 kg")
        .date_of_birth(Timestamp::from(birth))
}

fn planes(edit: &mut Edit, movie: &Movie) -> Result<Planes> {
    let model = edit.insert(
        DeviceModel::new(DeviceModelInit { name: "DemoScope".into(), manufacturer: "Nobody Optics".into() })
            .model_number("DS-1")
            .description("An invented resonant-scanning two-photon microscope"),
    )?;
    let microscope = edit.insert(
        Device::new(DeviceInit { name: "Microscope".into() })
            .description("The two-photon microscope of the demonstration")
            .serial_number("0001")
            .model(model),
    )?;
    let camera = edit.insert(
        Device::new(DeviceInit { name: "Camera".into() }).description("The wide-field camera of the demonstration"),
    )?;
    let channel = |name: &str, description: &str, emission_lambda: f64| {
        OpticalChannel::new(OpticalChannelInit { name: name.into(), description: description.into(), emission_lambda })
    };
    let invented = if movie.is_simulated() { "" } else { ", invented" };
    let cells = edit.insert(
        ImagingPlane::new(ImagingPlaneInit {
            name: "ImagingPlane".into(),
            device: microscope.into(),
            optical_channels: vec![
                channel("green", "GCaMP emission, 500 to 550 nm; the movie is of this channel", 525.0).into(),
                channel("red", "Emission of structural markers, 570 to 640 nm; not recorded", 605.0).into(),
            ],
            excitation_lambda: 920.0,
            indicator: "GCaMP6s".into(),
            location: "VISp2/3".into(),
        })
        .description(format!("A plane in layer 2/3, 150 micrometers below the surface{invented}"))
        .imaging_rate(movie.rate())
        .reference_frame("bregma; x to the right, y to the front, z down")
        .origin_coords(vec![2.5, -3.4, 0.15])
        .origin_coords_unit("millimeters")
        .grid_spacing(vec![1.0, 1.0])
        .grid_spacing_unit("micrometers"),
    )?;
    let surface = edit.insert(
        ImagingPlane::new(ImagingPlaneInit {
            name: "Surface".into(),
            device: camera.into(),
            optical_channels: vec![channel("all", "Everything above 500 nm", 525.0).into()],
            excitation_lambda: 470.0,
            indicator: "GCaMP6s".into(),
            location: "VISp1".into(),
        })
        .description("The surface of the cortex")
        .imaging_rate(SURFACE_RATE),
    )?;
    let volume = edit.insert(
        ImagingPlane::new(ImagingPlaneInit {
            name: "Volume".into(),
            device: microscope.into(),
            optical_channels: vec![channel("green", "GCaMP emission, 500 to 550 nm", 525.0).into()],
            excitation_lambda: 920.0,
            indicator: "GCaMP6s".into(),
            location: "VISp2/3".into(),
        })
        .description("Three planes, 20 micrometers apart")
        .imaging_rate(2.0)
        .grid_spacing(vec![2.0, 2.0, 20.0])
        .grid_spacing_unit("micrometers"),
    )?;
    Ok(Planes { cells, surface, volume, camera })
}

/// Compressed chunks of whole frames.
fn stored(data: Data) -> Data {
    let dims = data.shape().dims().to_vec();
    let Some((&frames, frame)) = dims.split_first() else { return data };
    let bytes = frame.iter().fold(data.dtype().size() as u64, |size, &len| size.saturating_mul(len)).max(1);
    let together = (CHUNK_BYTES / bytes).clamp(1, frames.max(1));
    let chunk: Vec<u64> = std::iter::once(together).chain(frame.iter().map(|&len| len.max(1))).collect();
    data.chunks(&chunk).shuffle().deflate(4)
}

fn meters(pixels: [u32; 2], micrometers: f64) -> Vec<f64> {
    pixels.iter().map(|&pixels| f64::from(pixels) * micrometers / 1e6).collect()
}

fn acquisition(edit: &mut Edit, seed: u64, movie: &Movie, planes: &Planes) -> Result<Handle<TwoPhotonSeries>> {
    let field = movie.field();
    let mut comments = "The axes of the data are time, x (columns), y (rows).".to_owned();
    if let Some(comment) = movie.rate_comment() {
        comments = format!("{comments} {comment}");
    }
    let raw = edit.insert_in(
        Place::Acquisition,
        TwoPhotonSeries::new(TwoPhotonSeriesInit {
            name: "TwoPhotonSeries".into(),
            imaging_plane: planes.cells.into(),
            data: stored(Data::rows(movie.clone())).into(),
            unit: "n.a.".into(),
            timing: Timing::rate(movie.rate()),
        })
        .description(movie.description())
        .comments(comments)
        .field_of_view(meters(field, 1.0))
        .dimension(field.map(i64::from).to_vec())
        .format("raw"),
    )?;
    edit.insert_in(
        Place::Acquisition,
        OnePhotonSeries::new(OnePhotonSeriesInit {
            name: "SimulatedSurface".into(),
            imaging_plane: planes.surface.into(),
            data: stored(simulated::surface(seed)?.into()).into(),
            unit: "n.a.".into(),
            timing: Timing::rate(SURFACE_RATE),
        })
        .description("A simulated wide-field movie of the surface.")
        .device(planes.camera)
        .exposure_time(0.04)
        .binning(4)
        .power(0.003)
        .dimension(SURFACE_FIELD.map(i64::from).to_vec())
        .format("raw"),
    )?;
    Ok(raw)
}

fn processing(
    edit: &mut Edit,
    module: Handle<ProcessingModule>,
    movie: &Movie,
    raw: Handle<TwoPhotonSeries>,
    planes: &Planes,
    processed: Processed,
) -> Result<()> {
    let timing = || Timing::rate(movie.rate());
    let field = movie.field();
    let corrected = ImageSeries::new(ImageSeriesInit {
        name: "corrected".into(),
        data: stored(Data::rows(processed.corrected)).into(),
        unit: "n.a.".into(),
        timing: timing(),
    })
    .description("The movie with each frame moved back by its shift.")
    .dimension(field.map(i64::from).to_vec())
    .format("raw");
    let xy_translation = TimeSeries::new(TimeSeriesInit {
        name: "xy_translation".into(),
        data: processed.shifts.into(),
        unit: "pixels".into(),
        timing: timing(),
    })
    .description("Shift of each frame along x and y, found by correlation with the mean: what lies at x in the mean lies at x + shift.");
    let stack = CorrectedImageStack::new(CorrectedImageStackInit {
        name: "CorrectedImageStack".into(),
        corrected: corrected.into(),
        xy_translation: xy_translation.into(),
        original: raw.into(),
    });
    let motion = edit.insert_in(
        module,
        MotionCorrection::new(MotionCorrectionInit { corrected_image_stacks: vec![stack.into()] }),
    )?;
    let corrected: Handle<ImageSeries> = edit.child(motion, "CorrectedImageStack/corrected")?;

    summary_images(edit, module, processed.mean, processed.max)?;
    let cells = processed.cells;
    if cells.is_empty() {
        return Ok(());
    }
    let rois = i64::try_from(cells.len()).unwrap_or(i64::MAX);
    let sizes: Vec<i64> = cells.iter().map(|mask| i64::try_from(mask.len()).unwrap_or(i64::MAX)).collect();
    let images = ImageMasks::new(cells.clone(), field)?;
    let [width, height] = field.map(u64::from);
    let segmentation = PlaneSegmentation::new(PlaneSegmentationInit {
        name: "PlaneSegmentation".into(),
        description: segment::DESCRIPTION.into(),
        imaging_plane: planes.cells.into(),
    })
    .pixel_masks(&cells)?
    .image_masks(Data::rows(images).chunks(&[1, width, height]).shuffle().deflate(4))
    .column("pixels", "Number of pixels of the mask", sizes)
    .reference_images([Child::<ImageSeries>::from(raw), corrected.into()]);
    let segmented = edit.insert_in(
        module,
        ImageSegmentation::new(ImageSegmentationInit { plane_segmentations: vec![segmentation.into()] }),
    )?;
    let segmentation: Handle<PlaneSegmentation> = edit.child(segmented, "PlaneSegmentation")?;

    let all = || DynamicTableRegion::of(segmentation, "All ROIs of PlaneSegmentation", (0..rois).collect());
    let traces = RoiResponseSeries::new(RoiResponseSeriesInit {
        name: "RoiResponseSeries".into(),
        data: processed.fluorescence.into(),
        unit: "n.a.".into(),
        timing: timing(),
        rois: all().into(),
    })
    .description("Mean of the corrected movie over each mask, weighted as the mask is.");
    edit.insert_in(module, Fluorescence::new(FluorescenceInit { roi_response_series: vec![traces.into()] }))?;
    let dff = RoiResponseSeries::new(RoiResponseSeriesInit {
        name: "RoiResponseSeries".into(),
        data: processed.dff.into(),
        unit: "n.a.".into(),
        timing: timing(),
        rois: all().into(),
    })
    .description(format!(
        "(F - F0) / F0, F0 being percentile {BASELINE_PERCENT} of the {BASELINE_SECONDS} seconds around each frame, after {} counts \
         without light were taken off; no correction for neuropil.",
        movie.offset()
    ));
    edit.insert_in(module, DfOverF::new(DfOverFInit { roi_response_series: vec![dff.into()] }))?;
    Ok(())
}

fn summary_images(
    edit: &mut Edit,
    module: Handle<ProcessingModule>,
    mean: nwb::ndarray::Array2<f64>,
    max: nwb::ndarray::Array2<f64>,
) -> Result<()> {
    let image = |name: &str, description: &str, data: nwb::ndarray::Array2<f64>| {
        GrayscaleImage::new(GrayscaleImageInit { name: name.into(), data: data.into() })
            .description(description)
            .resolution(10_000.0)
    };
    let images = edit.insert_in(
        module,
        Images::new(ImagesInit {
            description: "What the corrected movie looks like in one image.".into(),
            images: vec![
                image("mean", "Mean of each pixel over time", mean).into(),
                image("max", "Largest value of each pixel over time", max).into(),
            ],
        })
        .named("SummaryImages"),
    )?;
    let (mean, max): (Handle<GrayscaleImage>, Handle<GrayscaleImage>) =
        (edit.child(images, "mean")?, edit.child(images, "max")?);
    edit.update(images, |images| {
        images.order_of_images(ImageReferences::new(ImageReferencesInit { data: Data::references([mean, max]) }))
    })
}

/// A volume, the cells in it as voxel masks, and their traces, whose times are shared.
fn volume(edit: &mut Edit, module: Handle<ProcessingModule>, seed: u64, planes: &Planes) -> Result<()> {
    let volume = simulated::volume(seed)?;
    let series = edit.insert_in(
        Place::Acquisition,
        TwoPhotonSeries::new(TwoPhotonSeriesInit {
            name: "SimulatedVolume".into(),
            imaging_plane: planes.volume.into(),
            data: stored(volume.frames.into()).into(),
            unit: "n.a.".into(),
            timing: Timing::timestamps(volume.times),
        })
        .description("A simulated volume of three planes, taken about twice a second.")
        .comments("The axes of the data are time, x, y, z.")
        .field_of_view(meters(VOLUME_FIELD, 2.0).into_iter().chain([60e-6]).collect::<Vec<f64>>())
        .format("raw"),
    )?;
    let rois = i64::try_from(volume.cells.len()).unwrap_or(i64::MAX);
    let segmentation = PlaneSegmentation::new(PlaneSegmentationInit {
        name: "SimulatedCells".into(),
        description: "The cells of the simulated volume as they were put there, not found by any program.".into(),
        imaging_plane: planes.volume.into(),
    })
    .voxel_masks(&volume.cells)?
    .reference_images([series]);
    let segmented = edit.insert_in(
        module,
        ImageSegmentation::new(ImageSegmentationInit { plane_segmentations: vec![segmentation.into()] })
            .named("VolumeSegmentation"),
    )?;
    let cells: Handle<PlaneSegmentation> = edit.child(segmented, "SimulatedCells")?;
    let all = || DynamicTableRegion::of(cells, "All cells of the simulated volume", (0..rois).collect());
    let traces = |name: &str, data: nwb::ndarray::Array2<f64>, description: &str| {
        RoiResponseSeries::new(RoiResponseSeriesInit {
            name: name.into(),
            data: data.into(),
            unit: "n.a.".into(),
            timing: Timing::shared_with(series),
            rois: all().into(),
        })
        .description(description)
    };
    let light = traces("SimulatedCells", volume.fluorescence, "Mean of the simulated volume over each mask.");
    edit.insert_in(
        module,
        Fluorescence::new(FluorescenceInit { roi_response_series: vec![light.into()] }).named("VolumeFluorescence"),
    )?;
    let dff = traces("SimulatedCells", volume.dff, "dF/F that was simulated, without noise.");
    edit.insert_in(module, DfOverF::new(DfOverFInit { roi_response_series: vec![dff.into()] }).named("VolumeDfOverF"))?;
    Ok(())
}
