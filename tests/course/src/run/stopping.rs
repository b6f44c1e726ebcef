//! Ctrl-C and its relatives end a running test program, too: a terminal sends Ctrl-C to every program of a command, but an
//! editor that ends this one ends it alone, and a loop without an end would go on.

use std::io::Write;
use std::process::{Child, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

/// Whether the command has been asked to stop.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// How long whoever waits for a test program has to end it.
const TIME_TO_END: Duration = Duration::from_millis(200);

/// From now on Ctrl-C, SIGTERM and SIGHUP end the running test program and this one, with `last_words` and this status.
///
/// # Errors
/// When signals cannot be listened for.
pub fn stop_on_signal(last_words: &'static str, status: i32) -> Result<()> {
    let stop = move || {
        STOPPED.store(true, SeqCst);
        if !last_words.is_empty() {
            let _ = writeln!(anstream::stdout(), "{last_words}"); // a terminal that is gone hears nothing
        }
        thread::sleep(TIME_TO_END);
        std::process::exit(status);
    };
    ctrlc::set_handler(stop).context("Ctrl-C cannot be listened for")
}

/// As [`end_if_stopped`], for a program that has ended. Ctrl-C ends it, too, perhaps before this one has heard of it.
pub fn no_verdict_if_stopped(child: &mut Child, status: ExitStatus) {
    let ended_by_signal = status.code().is_none();
    if ended_by_signal {
        thread::sleep(TIME_TO_END);
    }
    end_if_stopped(child);
}

/// Ends the test program if this one has been asked to stop, and does not come back then: there is no verdict any more.
pub fn end_if_stopped(child: &mut Child) {
    if STOPPED.load(SeqCst) {
        let _ = child.kill(); // it may have come to its end
        loop {
            thread::park(); // until `stop_on_signal` ends this program
        }
    }
}
