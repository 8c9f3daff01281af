//! What the animal did meanwhile: trials and how fast it ran, all invented.

use nwb::Result;
use nwb::ndarray::Array1;
use nwb::prelude::*;

/// Trials begin so many seconds apart, and last so long.
const EVERY: f64 = 3.0;
const LENGTH: f64 = 2.0;
const FIRST: f64 = 0.5;

/// Speeds per second.
const RATE: f64 = 20.0;

/// Directions in which gratings drift, in turn; eighths of a circle, in an order that nobody guesses.
const DIRECTIONS: [f64; 8] = [0.0, 135.0, 270.0, 45.0, 225.0, 90.0, 315.0, 180.0];

/// A source of numbers that depend on the seed alone, on every machine.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to 1, in steps that floating-point numbers keep exactly.
    fn part(&mut self) -> f64 {
        (self.next() >> 44) as f64 / f64::from(1u32 << 20)
    }
}

/// Adds trials as long as the movie lasts, and the speed.
pub(super) fn add(edit: &mut Edit, seconds: f64, seed: u64) -> Result<()> {
    trials(edit, seconds, seed)?;
    running(edit, seconds, seed)
}

fn trials(edit: &mut Edit, seconds: f64, seed: u64) -> Result<()> {
    let mut chance = Chance(seed ^ 0x7472_6961_6c73);
    let starts: Vec<f64> = (0..100_000u32)
        .map(|trial| FIRST + EVERY * f64::from(trial))
        .take_while(|start| start + LENGTH <= seconds)
        .collect();
    if starts.is_empty() {
        return Ok(());
    }
    let directions: Vec<f64> = starts.iter().zip(DIRECTIONS.into_iter().cycle()).map(|(_, of)| of).collect();
    let correct: Vec<bool> = starts.iter().map(|_| chance.part() < 0.75).collect();
    let (mut licks, mut counts) = (Vec::new(), Vec::new());
    for (start, is_correct) in starts.iter().zip(&correct) {
        // Licks are half a second after the grating appears or later, about an eighth of a second apart.
        let number = if *is_correct { 2 + chance.next() % 4 } else { chance.next() % 2 };
        let mut at = start + 0.5 + chance.part() / 4.0;
        for _ in 0..number {
            licks.push(at);
            at += 0.125 + chance.part() / 16.0;
        }
        counts.push(number);
    }
    let table = TimeIntervals::new(TimeIntervalsInit {
        name: "trials".into(),
        description: "Invented: drifting gratings, two seconds each. The activity does not depend on them.".into(),
        stop_time: starts.iter().map(|start| start + LENGTH).collect::<Vec<f64>>().into(),
        start_time: starts.into(),
    })
    .column("direction", "Direction in which the grating drifted, in degrees", directions)
    .column("correct", "Whether the mouse licked for the right grating", correct)
    .ragged_column("lick_times", "When the mouse licked, in seconds", Ragged::with_lengths(licks, counts));
    edit.insert_in(Place::Intervals, table)?;
    Ok(())
}

fn running(edit: &mut Edit, seconds: f64, seed: u64) -> Result<()> {
    let samples = (seconds * RATE).floor().clamp(1.0, 1e8) as usize;
    let mut chance = Chance(seed ^ 0x7275_6e73);
    let (mut speed, mut aim) = (0.0f64, 0.0f64);
    let speeds = Array1::from_shape_simple_fn(samples, || {
        // Bouts of running begin and end by chance, some seconds apart; in between it stands still.
        if chance.part() < 0.02 {
            aim = if aim > 0.0 { 0.0 } else { 0.1 + chance.part() / 4.0 };
        }
        speed += (aim - speed) / 8.0;
        (speed + (chance.part() - 0.5) * speed / 8.0).max(0.0)
    });
    let module = edit.insert(ProcessingModule::new(ProcessingModuleInit {
        name: "behavior".into(),
        description: "What the mouse did, invented by `nwb demo`.".into(),
    }))?;
    let series = TimeSeries::new(TimeSeriesInit {
        name: "running_speed".into(),
        data: speeds.into(),
        unit: "m/s".into(),
        timing: Timing::rate(RATE),
    })
    .description("Invented: how fast the mouse ran on its wheel.");
    edit.insert_in(module, BehavioralTimeSeries::new(BehavioralTimeSeriesInit { time_series: vec![series.into()] }))?;
    Ok(())
}
