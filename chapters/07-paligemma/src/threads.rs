//! How many threads compute.
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
    for (name, value) in [("RAYON_NUM_THREADS", cores.as_str()), ("CANDLE_NUM_THREADS", "1")] {
        if std::env::var_os(name).is_none() {
            // SAFETY: called first in `main`, when no other thread can be reading the environment.
            unsafe { std::env::set_var(name, value) };
        }
    }
}
