//! Sessions of each field, written and read back: the crate's examples, each a program. Calcium imaging is on the
//! [first page](crate#the-whole-session).
//!
//! | | |
//! | --- | --- |
//! | [Extracellular electrophysiology](#extracellular-electrophysiology) | a probe, its electrodes, LFP, units with waveforms, trials |
//! | [Intracellular electrophysiology](#intracellular-electrophysiology) | current clamp, sweeps, and what belongs together |
//! | [Behaviour](#behaviour) | position, speed, heading, running, licks, gaze, pupil, trials |
//! | [Optogenetics](#optogenetics) | a fiber, pulses of light, trials |
//! | [Images](#images) | pictures in an order, what was shown when, movies, video files |
//! | [Events](#events) | pulses, tones with durations, licks, codes and their meanings, annotations |
//! | [Extensions](#extensions) | types from YAML, and reading them without |
//! | [Scratch](#scratch) | results of a quick look, added to a finished file |
//!
//! The tests run them, and PyNWB, its validator and nwbinspector look at the files.
//!
//! # Extracellular electrophysiology
//!
#![doc = concat!("```no_run\n", include_str!("../examples/ecephys.rs"), "\n```")]
//!
//! # Intracellular electrophysiology
//!
#![doc = concat!("```no_run\n", include_str!("../examples/icephys.rs"), "\n```")]
//!
//! # Behaviour
//!
#![doc = concat!("```no_run\n", include_str!("../examples/behavior.rs"), "\n```")]
//!
//! # Optogenetics
//!
#![doc = concat!("```no_run\n", include_str!("../examples/optogenetics.rs"), "\n```")]
//!
//! # Images
//!
#![doc = concat!("```no_run\n", include_str!("../examples/images.rs"), "\n```")]
//!
//! # Events
//!
#![doc = concat!("```no_run\n", include_str!("../examples/events.rs"), "\n```")]
//!
//! # Extensions
//!
#![doc = concat!("```no_run\n", include_str!("../examples/extensions.rs"), "\n```")]
//!
//! # Scratch
//!
#![doc = concat!("```no_run\n", include_str!("../examples/scratch.rs"), "\n```")]
