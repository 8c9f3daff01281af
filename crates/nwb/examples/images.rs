//! Images: pictures that were shown, in which order and when; the mouse's eye on video; a picture that stays in its JPEG file.
//!
//! `cargo run -p nwb --example images -- session.nwb`

use std::path::Path;

use nwb::Result;
use nwb::ndarray::{Array2, Array3, s};
use nwb::prelude::*;

/// Writes the session.
pub(crate) fn write(path: &Path) -> Result<()> {
    let session = NwbFile::new(NwbFileInit {
        identifier: "m4-pictures".into(),
        session_description: "natural scenes".into(),
        session_start_time: Timestamp::parse("2024-03-05T11:00:00+01:00")?,
    });
    let mut edit = nwb::create(path, session.experimenter(["Doe, Jane"]))?;
    edit.insert(Subject::new().subject_id("M4").species("Mus musculus").sex(Sex::Unknown).age("P70D"))?;

    // The pictures: in gray [x, y], in color [x, y, red green blue], as a file in a file.
    let gray = Array2::from_shape_fn((32, 24), |(x, y)| (4 * x + 3 * y) as u8);
    let color = Array3::from_shape_fn((32, 24, 3), |(x, y, channel)| (3 * x + 2 * y + 40 * channel) as u8);
    let pictures = edit.insert_in(
        Place::StimulusTemplates,
        Images::new(ImagesInit {
            description: "scenes of 32 times 24 pixels".into(),
            images: vec![
                GrayscaleImage::new(GrayscaleImageInit { name: "fog".into(), data: gray.into() })
                    .description("a hill in fog")
                    .into(),
                RgbImage::new(RgbImageInit { name: "meadow".into(), data: color.into() })
                    .description("flowers")
                    .resolution(12.0) // pixels per centimeter
                    .into(),
                ExternalImage::new(ExternalImageInit {
                    name: "river".into(),
                    data: "pictures/river.jpg".into(), // beside this file
                    image_format: "JPEG".into(),
                })
                .description("water")
                .image_mode("RGB")
                .into(),
            ],
        })
        .named("scenes"),
    )?;

    // What was shown: an index into the pictures, in an order that is told; from 0.
    edit.order_images(pictures, ["river", "fog", "meadow"])?;
    let shown = IndexSeries::new(IndexSeriesInit {
        name: "shown".into(),
        data: vec![0u32, 1, 2, 1].into(),
        timing: Timing::timestamps(vec![0.5, 1.5, 2.6, 3.5]),
    });
    edit.insert_in(Place::Stimulus, shown.indexed_images(pictures).description("each for half a second"))?;

    // What the mouse saw of it, as a movie that was presented: [frame, x, y]; and the video of its eye, which stays where it is.
    let grating = Array3::from_shape_fn((40, 32, 24), |(t, x, _)| if (x + t) % 8 < 4 { 255u8 } else { 0 });
    edit.insert_in(
        Place::Stimulus,
        OpticalSeries::new(OpticalSeriesInit {
            name: "grating".into(),
            data: Data::from(grating).chunks(&[40, 32, 24]).deflate(4).into(),
            unit: "n.a.".into(),
            timing: Timing::rate_from(10.0, 5.0),
        })
        .description("a square wave that moves by a pixel a frame")
        .distance(0.2) // meters
        .field_of_view(vec![0.5, 0.375]) // meters
        .orientation("the lower left pixel comes first"),
    )?;
    let camera = edit.insert(Device::new(DeviceInit { name: "camera".into() }).description("looks at the left eye"))?;
    edit.insert_in(
        Place::Acquisition,
        ImageSeries::new(ImageSeriesInit {
            name: "eye".into(),
            data: ImageData::external_files([("eye_1.avi", 0), ("eye_2.avi", 900)]),
            unit: "n.a.".into(),
            timing: Timing::rate(30.0),
        })
        .device(camera)
        .dimension(vec![640i64, 480])
        .num_samples(1800)
        .description("the left eye, in two files"),
    )?;
    edit.commit()?;
    Ok(())
}

/// Reads it back.
pub(crate) fn read(path: &Path) -> Result<()> {
    let file = nwb::open(path)?;
    let shown: IndexSeries = file.stimulus()?.get("shown")?;
    let mut names = Vec::new();
    for sample in 0..shown.sample_count()? {
        if let Shown::Image(image) = shown.shown(sample)? {
            names.push(image.object().name().to_owned());
        }
    }
    println!("{} at {:?}", names.join(", "), shown.times(0..4)?);
    assert_eq!(names, ["river", "fog", "meadow", "fog"]);

    let scenes: Images = file.stimulus_templates()?.get("scenes")?;
    let meadow: RgbImage = scenes.images()?.all().get("meadow")?;
    assert_eq!(meadow.colors::<u8>()?.dim(), (32, 24, 3));
    let river: ExternalImage = scenes.images()?.all().get("river")?;
    println!("the river is in {}", river.path()?.display());

    let grating: OpticalSeries = file.stimulus()?.get("grating")?;
    let frame: Array2<u8> = grating.data()?.read(s![3, .., ..])?; // one frame of forty
    assert_eq!(frame.dim(), (32, 24));
    let eye: ImageSeries = file.acquisition()?.get("eye")?;
    let frame = eye.external_frame(1000)?;
    println!("frame 1000 of the eye is frame {} of {}", frame.frame, frame.file);
    assert_eq!((frame.file, frame.frame), ("eye_2.avi", 100));
    Ok(())
}

fn main() -> Result<()> {
    let path = std::env::args_os().nth(1).unwrap_or_else(|| "images.nwb".into());
    write(path.as_ref())?;
    read(path.as_ref())
}
