//! What a session has besides its movie: a wide-field movie of the surface and a volume of a few planes, both simulated.

use nwb::Result;
use nwb::Rows;
use nwb::ndarray::{Array1, Array2, Array3, Array4, Ix3, s};
use nwb::ophys::mask::VoxelMasks;
use nwb::ophys::simulate::{SimulatedMovie, Simulation};

/// A volume over time.
pub(super) struct Volume {
    /// `[time, x, y, z]`
    pub(super) frames: Array4<u16>,
    /// When each was taken, in seconds; not at a constant rate.
    pub(super) times: Array1<f64>,
    /// The cells that were simulated, each in its plane.
    pub(super) cells: VoxelMasks,
    /// Their mean values, `[time, roi]`.
    pub(super) fluorescence: Array2<f64>,
    /// Their dF/F as it was simulated, `[time, roi]`.
    pub(super) dff: Array2<f64>,
}

/// Planes of the volume.
const DEPTH: u32 = 3;

/// Width and height of the volume and of the surface.
pub(super) const VOLUME_FIELD: [u32; 2] = [64, 48];
pub(super) const SURFACE_FIELD: [u32; 2] = [56, 40];

/// Frames per second of the surface.
pub(super) const SURFACE_RATE: f64 = 20.0;

/// The surface, `[time, x, y]`: bright, blurred, without single cells.
pub(super) fn surface(seed: u64) -> Result<Array3<u16>> {
    let surface = Simulation {
        width: SURFACE_FIELD[0],
        height: SURFACE_FIELD[1],
        frames: 100,
        rate: SURFACE_RATE,
        cells: 0,
        photons: 60.0,
        drift: 0.0,
        seed: seed.wrapping_add(1),
        ..Simulation::default()
    };
    all(&surface.movie()?)
}

/// The volume: planes with cells of their own.
pub(super) fn volume(seed: u64) -> Result<Volume> {
    let [width, height] = VOLUME_FIELD;
    // More frames than pixels along any axis, which inspectors take for a sign that time comes first.
    let frames = 80u32;
    let shape = (frames as usize, width as usize, height as usize, DEPTH as usize);
    let mut volume = Volume {
        frames: Array4::zeros(shape),
        times: Array1::from_shape_fn(shape.0, |t| time_of(seed, t)),
        cells: VoxelMasks::new(),
        fluorescence: Array2::zeros((shape.0, 0)),
        dff: Array2::zeros((shape.0, 0)),
    };
    for z in 0..DEPTH {
        let plane = Simulation {
            width,
            height,
            frames,
            rate: 2.0,
            cells: 3,
            drift: 0.0,
            seed: seed.wrapping_add(100 + u64::from(z)),
            ..Simulation::default()
        };
        let plane = fitting(plane)?;
        volume.frames.slice_mut(s![.., .., .., z as usize]).assign(&all(&plane)?);
        let masks = &plane.truth().masks;
        for mask in masks.iter() {
            volume.cells.push(mask.at_plane(z).as_ref());
        }
        let light = nwb::ophys::traces::extract(&plane, masks, nwb::ophys::traces::Weighting::Mean)?;
        append(&mut volume.fluorescence, light);
        append(&mut volume.dff, plane.truth().dff.clone());
    }
    Ok(volume)
}

/// The simulation with as many cells as find room, at most those that were asked for.
pub(super) fn fitting(mut simulation: Simulation) -> Result<SimulatedMovie> {
    loop {
        match simulation.clone().movie() {
            Err(error) if error.is_caller_fault() && simulation.cells > 0 => simulation.cells -= 1,
            done => return done,
        }
    }
}

/// Volumes are taken when the animal lies still: about twice a second.
fn time_of(seed: u64, index: usize) -> f64 {
    let mixed = (seed ^ index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54;
    index as f64 * 0.5 + mixed as f64 / 8192.0
}

fn append(columns: &mut Array2<f64>, more: Array2<f64>) {
    let both = nwb::ndarray::concatenate(nwb::ndarray::Axis(1), &[columns.view(), more.view()]);
    if let Ok(both) = both {
        *columns = both;
    }
}

fn all(movie: &SimulatedMovie) -> Result<Array3<u16>> {
    movie.rows(0, movie.simulation().frames.into())?.to_array::<u16, Ix3>()
}
