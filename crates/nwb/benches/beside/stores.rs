//! Movies that are written: rows 8, 15 and 16.

use std::fs::File;
use std::io::Read as _;

use nwb::ndarray::{Array2, Array3};
use nwb::prelude::*;
use nwb::{CreateOptions, NewFile, Overwrite, Profile};

use crate::Failure;
use crate::arguments::Arguments;
use crate::digest::Running;
use crate::meter::{Measured, Meter};

/// A new file in place of what may be there, with what the peer gives its own.
pub(crate) fn begin(path: &str) -> Result<Edit, Failure> {
    let session = NwbFileInit {
        identifier: "bench".into(),
        session_description: "a session to measure with".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07+00:00")?,
    };
    let options = CreateOptions { overwrite: Overwrite::Yes, ..CreateOptions::default() };
    Ok(nwb::create_with(path, session, options)?)
}

/// A microscope and the plane that it looks at.
pub(crate) fn plane(edit: &mut Edit) -> Result<Handle<ImagingPlane>, Failure> {
    let scope = edit.insert(Device::new(DeviceInit { name: "microscope".into() }))?;
    let green = OpticalChannel::new(OpticalChannelInit {
        name: "green".into(),
        description: "emission".into(),
        emission_lambda: 510.0,
    });
    let plane = ImagingPlane::new(ImagingPlaneInit {
        name: "plane".into(),
        device: scope.into(),
        optical_channels: vec![green.into()],
        excitation_lambda: 920.0,
        indicator: "GCaMP6s".into(),
        location: "VISp".into(),
    })
    .description("layer 2/3");
    Ok(edit.insert(plane)?)
}

fn insert_movie(edit: &mut Edit, data: Data) -> Result<(), Failure> {
    let plane = plane(edit)?;
    let movie = TwoPhotonSeries::new(TwoPhotonSeriesInit {
        name: "movie".into(),
        imaging_plane: plane.into(),
        data: data.into(),
        unit: "n.a.".into(),
        timing: Timing::rate(30.0),
    });
    edit.insert_in(Place::Acquisition, movie)?;
    Ok(())
}

/// A movie from memory, in chunks of the given shape, shuffled, with deflate 4.
pub(crate) fn write_movie(arguments: &Arguments) -> Result<Measured, Failure> {
    let shape: Vec<usize> = arguments.numbers("shape")?;
    let &[frames, height, width] = shape.as_slice() else { return Err("shape=FRAMES,HEIGHT,WIDTH is expected".into()) };
    let chunks: Vec<u64> = arguments.numbers("chunks")?;
    let out = arguments.text("out")?;
    let mut movie = Array3::<u16>::zeros((frames, height, width));
    let bytes = movie.as_slice_mut().map(bytemuck::cast_slice_mut).ok_or("the movie is in another order")?;
    File::open(arguments.text("data")?)?.read_exact(bytes)?;
    let meter = Meter::start();
    let mut edit = begin(out)?;
    insert_movie(&mut edit, Data::from(movie).chunks(&chunks).shuffle().deflate(4))?;
    drop(edit.commit()?);
    meter.stop().size_of(out)
}

/// A movie that comes frame by frame.
pub(crate) fn stream(arguments: &Arguments) -> Result<Measured, Failure> {
    const DIFFERENT: usize = 16;
    let frames: usize = arguments.number("frames")?;
    let edge: usize = arguments.number("edge")?;
    let out = arguments.text("out")?;
    let mut state = arguments.number::<u64>("seed")? | 1;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 57) as u16
    };
    let different: Vec<Array2<u16>> = (0..DIFFERENT)
        .map(|_| Array2::from_shape_fn((edge, edge), |(y, x)| 300 + (y * x / edge) as u16 + noise()))
        .collect();
    let mut pushed = Running::default();
    let meter = Meter::start();
    let mut edit = begin(out)?;
    let mut stream = edit.stream(Data::empty::<u16>(&[edge as u64, edge as u64]))?;
    for (number, frame) in different.iter().cycle().take(frames).enumerate() {
        let frame = frame + (number / DIFFERENT % 50) as u16;
        pushed.elements(frame.as_slice().ok_or("the frame is in another order")?);
        stream.push(frame)?;
    }
    let data = stream.finish()?;
    insert_movie(&mut edit, data)?;
    drop(edit.commit()?);
    meter.stop().digest(pushed.digest()).size_of(out)
}

/// A file written anew after a profile.
pub(crate) fn repack(arguments: &Arguments) -> Result<Measured, Failure> {
    let out = arguments.text("out")?;
    let profile = Profile::named(arguments.text("profile")?)?;
    let meter = Meter::start();
    let file = nwb::open(arguments.text("file")?)?;
    drop(file.repack(&NewFile::new(out).overwrite(Overwrite::Yes), &profile, &mut |_| ())?);
    meter.stop().size_of(out)
}
