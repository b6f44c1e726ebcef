//! What must be settled before the first thread starts: how many threads compute, and how errors look.
//!
//! candle counts the machine's cores and ignores that a container may use only some of them; twice as many threads as
//! cores are much slower than as many. Beside rayon's threads, which do the heavy work, candle keeps a pool of its own
//! for additions and the like, whose members wait by spinning: with one member they leave the cores to the work.

/// Tells rayon to use as many threads as this process may use cores, and candle's own pool to be one thread, unless the
/// user has said otherwise.
///
/// Call it first in `main`: it changes environment variables, which is only sound while there is one thread.
pub fn limit_to_available_cores() {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).to_string();
    set_unless_set("RAYON_NUM_THREADS", &cores);
    set_unless_set("CANDLE_NUM_THREADS", "1");
}

/// Gives candle's pool as many threads as rayon has: weights of eight bits are multiplied by it.
///
/// Call it before anything is computed, when there is one thread still.
pub fn share_quantised_products() {
    let threads = std::env::var("RAYON_NUM_THREADS");
    if let Ok(threads) = threads
        && std::env::var("CANDLE_NUM_THREADS").is_ok_and(|candle| candle == "1")
    {
        // SAFETY: called before anything is computed, when no other thread can be reading the environment.
        unsafe { std::env::set_var("CANDLE_NUM_THREADS", threads) };
    }
}

/// Keeps candle's errors to the sentence that they are: with `RUST_BACKTRACE=1` each would drag dozens of lines behind it.
/// Panics, which are mistakes of ours, still show where they come from; `RUST_LIB_BACKTRACE=1` brings the rest back.
///
/// Call it first in `main`, like [`limit_to_available_cores`].
pub fn errors_without_backtraces() {
    set_unless_set("RUST_LIB_BACKTRACE", "0");
}

fn set_unless_set(name: &str, value: &str) {
    if std::env::var_os(name).is_none() {
        // SAFETY: called first in `main`, when no other thread can be reading the environment.
        unsafe { std::env::set_var(name, value) };
    }
}
