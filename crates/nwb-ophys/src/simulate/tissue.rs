//! What lies under the microscope: cells, neuropil, and what they do over time.

use ndarray::Array2;

use super::random::{Purpose, Random};
use super::{Simulation, Truth};
use crate::mask::PixelMasks;
use crate::{Error, ErrorKind, Result};

/// Light per pixel relative to bright tissue, on a field with a margin as wide as the drift.
#[derive(Debug)]
pub(super) struct Tissue {
    /// Pixels around the field.
    pub(super) margin: usize,
    /// Length of y, margins included.
    pub(super) height: usize,
    /// The light that is always there, `[x, y]` with margins.
    pub(super) background: Vec<f64>,
    /// Each cell's pixels in `background`'s order, with the light that it has at rest.
    pub(super) cells: Vec<Vec<(usize, f64)>>,
    /// What the neuropil does in each frame, relative to its mean.
    pub(super) neuropil: Vec<f64>,
}

/// A cell's light where its mask ends.
const EDGE: f64 = 0.1;
/// Where, in radii, a cell's light has fallen to `EDGE`.
const EXTENT: f64 = 1.47;
/// How many places are tried for a cell.
const TRIES: u32 = 2000;

pub(super) fn grow(simulation: &Simulation) -> Result<(Tissue, Truth)> {
    let margin = simulation.drift.ceil() as usize + 1;
    let (width, height) = (simulation.width as usize + 2 * margin, simulation.height as usize + 2 * margin);
    let mut background = cloud(width, height, &mut Random::new(simulation.seed, Purpose::Background));
    for light in &mut background {
        *light = 0.25 + 0.15 * *light;
    }
    let mut masks = PixelMasks::new();
    let mut cells = Vec::new();
    for cell in places(simulation)? {
        let mut light = Vec::new();
        masks.push_pixels(cell.pixels(simulation).inspect(|([x, y], weight)| {
            let at = (*x as usize + margin) * height + *y as usize + margin;
            light.push((at, cell.brightness * f64::from(*weight)));
        }));
        cells.push(light);
    }
    let (dff, events) = activity(simulation);
    let frames = simulation.frames as usize;
    let mut random = Random::new(simulation.seed, Purpose::Neuropil);
    let neuropil = wander(simulation, 2.0, &mut random).into_iter().map(|value| 1.0 + 0.05 * value).collect();
    let mut random = Random::new(simulation.seed, Purpose::Drift);
    let (x, y) = (wander(simulation, 5.0, &mut random), wander(simulation, 5.0, &mut random));
    let shift = |value: f64| (value * simulation.drift / 2.0).clamp(-simulation.drift, simulation.drift);
    let shifts =
        Array2::from_shape_vec((frames, 2), x.into_iter().zip(y).flat_map(|(x, y)| [shift(x), shift(y)]).collect())
            .map_err(|source| Error::new(ErrorKind::Invalid, "the shifts have no shape").caused_by(source))?;
    Ok((Tissue { margin, height, background, cells, neuropil }, Truth { masks, dff, events, shifts }))
}

/// A disc with soft edges, a bit longer than wide.
struct Cell {
    x: f64,
    y: f64,
    radius: f64,
    elongation: f64,
    angle: f64,
    brightness: f64,
}

impl Cell {
    fn reach(&self) -> f64 {
        self.radius * self.elongation * EXTENT
    }

    fn pixels(&self, simulation: &Simulation) -> impl Iterator<Item = ([u32; 2], f32)> + '_ {
        let span = |at: f64, len: u32| {
            let (low, high) = ((at - self.reach()).floor().max(0.0), (at + self.reach()).ceil().max(0.0));
            low as u32..(high as u32 + 1).min(len)
        };
        let ys = span(self.y, simulation.height);
        let (sin, cos) = (libm::sin(self.angle), libm::cos(self.angle));
        span(self.x, simulation.width).flat_map(move |x| ys.clone().map(move |y| [x, y])).filter_map(move |[x, y]| {
            let (dx, dy) = (f64::from(x) - self.x, f64::from(y) - self.y);
            let along = (dx * cos + dy * sin) / self.elongation;
            let across = (dy * cos - dx * sin) * self.elongation;
            let square = (along * along + across * across) / (self.radius * self.radius);
            // Flat in the middle, unlike a Gaussian: a cell body is filled evenly.
            let weight = libm::exp(-0.5 * square * square);
            (weight >= EDGE).then_some(([x, y], weight as f32))
        })
    }
}

fn places(simulation: &Simulation) -> Result<Vec<Cell>> {
    let mut random = Random::new(simulation.seed, Purpose::Places);
    let mut cells: Vec<Cell> = Vec::new();
    for _ in 0..simulation.cells {
        let found = (0..TRIES).find_map(|_| {
            let mut cell = Cell {
                x: 0.0,
                y: 0.0,
                radius: simulation.radius * random.between(0.8, 1.2),
                elongation: random.between(1.0, 1.15),
                angle: random.between(0.0, std::f64::consts::PI),
                brightness: random.between(0.4, 1.0),
            };
            let edge = cell.reach() + 1.0;
            cell.x = random.between(edge, f64::from(simulation.width) - 1.0 - edge);
            cell.y = random.between(edge, f64::from(simulation.height) - 1.0 - edge);
            let inside =
                edge <= f64::from(simulation.width) - 1.0 - edge && edge <= f64::from(simulation.height) - 1.0 - edge;
            let apart = |other: &Cell| {
                let (dx, dy, gap) = (cell.x - other.x, cell.y - other.y, cell.reach() + other.reach() + 1.0);
                dx * dx + dy * dy > gap * gap
            };
            (inside && cells.iter().all(apart)).then_some(cell)
        });
        let Some(cell) = found else {
            return Err(Error::new(ErrorKind::Invalid, "so many cells do not fit into the simulated field")
                .expected(format!("{} cells of radius {}", simulation.cells, simulation.radius))
                .found(format!("room for {}", cells.len()))
                .remedy("simulate fewer or smaller cells, or a larger field"));
        };
        cells.push(cell);
    }
    Ok(cells)
}

/// Transients of every cell, `[time, cell]`, and when they began.
fn activity(simulation: &Simulation) -> (Array2<f64>, Vec<Vec<f64>>) {
    let mut dff = Array2::zeros((simulation.frames as usize, simulation.cells as usize));
    let (rise, decay) = (simulation.rise, simulation.decay);
    let transient = |time: f64| libm::exp(-time / decay) - libm::exp(-time / rise);
    let peak = transient(libm::log(decay / rise) * decay * rise / (decay - rise));
    let end = f64::from(simulation.frames) / simulation.rate;
    let mut events = Vec::new();
    for (cell, mut trace) in (0..simulation.cells).zip(dff.columns_mut()) {
        let mut random = Random::new(simulation.seed, Purpose::Events(cell));
        let mut of_cell = Vec::new();
        let mut time = if simulation.event_rate > 0.0 { random.waiting_time(simulation.event_rate) } else { end };
        while time < end {
            let amplitude = simulation.amplitude * random.between(0.5, 1.5);
            let first = (time * simulation.rate).ceil() as usize;
            for (frame, value) in trace.iter_mut().enumerate().skip(first) {
                let since = frame as f64 / simulation.rate - time;
                if since > 12.0 * decay {
                    break;
                }
                *value += amplitude / peak * transient(since);
            }
            of_cell.push(time);
            time += random.waiting_time(simulation.event_rate);
        }
        events.push(of_cell);
    }
    (dff, events)
}

/// A slow random walk about zero, with standard deviation 1 and this time constant in seconds.
fn wander(simulation: &Simulation, seconds: f64, random: &mut Random) -> Vec<f64> {
    let keep = libm::exp(-1.0 / (seconds * simulation.rate));
    let new = (1.0 - keep * keep).sqrt();
    let mut value = random.normal();
    (0..simulation.frames)
        .map(|_| {
            let now = value;
            value = keep * value + new * random.normal();
            now
        })
        .collect()
}

/// A smooth random image `[x, y]` about zero: waves of several lengths and directions.
fn cloud(width: usize, height: usize, random: &mut Random) -> Vec<f64> {
    const WAVES: usize = 24;
    let waves: [(f64, f64, f64); WAVES] = std::array::from_fn(|_| {
        let length = random.between(12.0, 80.0);
        let angle = random.between(0.0, std::f64::consts::TAU);
        let wave = std::f64::consts::TAU / length;
        (wave * libm::cos(angle), wave * libm::sin(angle), random.between(0.0, std::f64::consts::TAU))
    });
    let scale = (2.0 / WAVES as f64).sqrt();
    (0..width)
        .flat_map(|x| (0..height).map(move |y| (x as f64, y as f64)))
        .map(|(x, y)| {
            let sum: f64 = waves.iter().map(|(a, b, phase)| libm::sin(a * x + b * y + phase)).sum();
            (sum * scale).clamp(-1.5, 1.5)
        })
        .collect()
}
