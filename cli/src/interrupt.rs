//! Ctrl-C ends the work in order: temporary files are removed and the face is put to rest.

use crate::error::CliError;
use std::sync::atomic::{AtomicBool, Ordering};

static PRESSED: AtomicBool = AtomicBool::new(false);

/// Starts to listen. Without it Ctrl-C ends the program at once, which is no reason to refuse to work.
pub fn listen() {
    let _ = ctrlc::set_handler(|| PRESSED.store(true, Ordering::Relaxed));
}

/// Called wherever the program takes its time.
///
/// # Errors
/// [`CliError::Interrupted`] once Ctrl-C was pressed.
pub fn check() -> Result<(), CliError> {
    if pressed() { Err(CliError::Interrupted) } else { Ok(()) }
}

/// Whether Ctrl-C was pressed; for what it ends in the usual way.
pub fn pressed() -> bool {
    PRESSED.load(Ordering::Relaxed)
}
