//! Ctrl-C: finish the step, save, and say how to go on. A second Ctrl-C stops at once.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::terminal::note;

/// The exit code of a command that the user has stopped, as shells have it: 128 + SIGINT.
const STOPPED: i32 = 130;

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// From now on, Ctrl-C is a request that [`requested`] reports.
pub fn listen() {
    let handler = || {
        if REQUESTED.swap(true, Ordering::SeqCst) {
            std::process::exit(STOPPED);
        }
        note!("\nstopping after this step; press Ctrl-C again to stop at once (the last checkpoint stays)");
    };
    // Fails only if a handler is installed already, and then that one is ours.
    let _ = ctrlc::set_handler(handler);
}

/// Has the user pressed Ctrl-C?
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// Ends the program after Ctrl-C, where there is nothing to save.
pub fn exit_if_requested() {
    if requested() {
        std::process::exit(STOPPED);
    }
}
