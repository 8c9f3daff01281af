//! `nwb demo`: a calcium-imaging session from a movie to dF/F.

use crate::failure::{Failure, Outcome};

/// Make a session.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args) -> Result<Outcome, Failure> {
    Err(Failure::Refused(String::new()))
}
