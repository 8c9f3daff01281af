//! What is done when somebody ends the program in the middle of its work: nothing unfinished stays behind.

use nwb::NewFile;

/// The exit code of a program that was interrupted, by convention.
const INTERRUPTED: i32 = 130;

/// Takes the unfinished file away when the program is interrupted or ended from outside. Called once, before writing begins.
pub(crate) fn guard(new: &NewFile) {
    let new = new.clone();
    // Without it an interrupted program leaves a hidden file behind, which harms nothing else.
    _ = ctrlc::set_handler(move || {
        new.remove_unfinished();
        std::process::exit(INTERRUPTED);
    });
}
