#![doc = include_str!("../docs/from-pynwb.md")]
