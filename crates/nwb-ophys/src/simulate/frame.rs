//! One exposure.

use super::random::{Purpose, Random};
use super::tissue::Tissue;
use super::{Simulation, Truth};

/// Makes frame `t`, `[x, y]`.
pub(super) fn expose(simulation: &Simulation, tissue: &Tissue, truth: &Truth, t: usize, counts: &mut [u16]) {
    let neuropil = tissue.neuropil.get(t).copied().unwrap_or(1.0);
    let mut light: Vec<f64> = tissue.background.iter().map(|light| light * neuropil).collect();
    for (cell, pixels) in tissue.cells.iter().enumerate() {
        let bright = 1.0 + truth.dff.get((t, cell)).copied().unwrap_or(0.0);
        for &(at, at_rest) in pixels {
            if let Some(light) = light.get_mut(at) {
                *light += at_rest * bright;
            }
        }
    }
    let (width, height) = (simulation.width as usize, simulation.height as usize);
    let shift = |axis: usize| truth.shifts.get((t, axis)).copied().unwrap_or(0.0);
    let bleached = 1.0 - simulation.bleaching * t as f64 / f64::from(simulation.frames.max(2) - 1);
    let photons = simulation.photons * bleached;
    let mut random = Random::new(simulation.seed, Purpose::Noise(t as u32));
    // What is seen at x was at x - shift.
    let split = |at: f64| (at.floor(), at - at.floor());
    let (whole_x, part_x) = split(tissue.margin as f64 - shift(0));
    let (whole_y, part_y) = split(tissue.margin as f64 - shift(1));
    let at = |x: usize, y: usize| light.get(x * tissue.height + y).copied().unwrap_or(0.0);
    for (x, column) in counts.chunks_exact_mut(height.max(1)).enumerate() {
        let left = x + whole_x as usize;
        for (y, count) in column.iter_mut().enumerate() {
            let low = y + whole_y as usize;
            let seen = (at(left, low) * (1.0 - part_y) + at(left, low + 1) * part_y) * (1.0 - part_x)
                + (at(left + 1, low) * (1.0 - part_y) + at(left + 1, low + 1) * part_y) * part_x;
            let (u, v) = (2.0 * x as f64 / width as f64 - 1.0, 2.0 * y as f64 / height as f64 - 1.0);
            // The objective gathers less light from the corners.
            let vignette = 1.0 - 0.2 * (u * u + v * v);
            let signal = random.photons(photons * vignette * seen.max(0.0)) * simulation.gain;
            let noise = if simulation.read_noise > 0.0 { simulation.read_noise * random.normal() } else { 0.0 };
            // A cast from float saturates.
            *count = (simulation.offset + signal + noise).round() as u16;
        }
    }
}
