//! How many threads compute.
//!
//! candle counts the machine's cores and ignores that a container may use only some of them; twice as many threads as
//! cores are much slower than as many. Both libraries below read their number from the environment.

/// Tells candle and rayon to use as many threads as this process may use cores, unless the user has said otherwise.
///
/// Call it first in `main`: it changes environment variables, which is only sound while there is one thread.
pub fn limit_to_available_cores() {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).to_string();
    let threads = std::env::var("RAYON_NUM_THREADS").unwrap_or(cores);
    for name in ["RAYON_NUM_THREADS", "CANDLE_NUM_THREADS"] {
        if std::env::var_os(name).is_none() {
            // SAFETY: called first in `main`, when no other thread can be reading the environment.
            unsafe { std::env::set_var(name, &threads) };
        }
    }
}
