//! What must be settled before the first thread starts: how many threads compute, and how errors look.
//!
//! candle counts the machine's cores and ignores that a container may use only some of them; twice as many threads as
//! cores are much slower than as many. Beside rayon's threads, which do the heavy work, candle keeps a pool of its own
//! for additions and the like, whose members wait by spinning: with one member they leave the cores to the work.

use std::sync::atomic::{AtomicBool, Ordering};

/// The variable that says how many threads candle's own pool has.
const POOL: &str = "CANDLE_NUM_THREADS";
/// How many that is as long as nobody says otherwise; `.cargo/config.toml` says the same.
const ONE: &str = "1";

/// Whether the size of candle's pool is our choice, and not the user's.
static POOL_IS_OURS: AtomicBool = AtomicBool::new(false);

/// Tells rayon to use as many threads as this process may use cores, and candle's own pool to be one thread, unless the
/// user has said otherwise.
///
/// # Safety
/// Call it first in `main`: it changes environment variables, which is only sound while there is one thread.
pub unsafe fn limit_to_available_cores() {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).to_string();
    // SAFETY: the caller's promise.
    unsafe { set_unless_set("RAYON_NUM_THREADS", &cores) };
    let said = std::env::var(POOL).ok();
    POOL_IS_OURS.store(is_ours(said.as_deref(), std::env::var_os("CARGO").is_some()), Ordering::Relaxed);
    // SAFETY: the caller's promise.
    unsafe { set_unless_set(POOL, ONE) };
}

/// Whether the user has left the size of candle's pool to us. Under cargo, a 1 is taken for that of `.cargo/config.toml`,
/// from which it cannot be told: there `RAYON_NUM_THREADS=1` limits both pools.
fn is_ours(said: Option<&str>, under_cargo: bool) -> bool {
    said.is_none() || (under_cargo && said == Some(ONE))
}

/// Gives candle's pool as many threads as rayon has, unless the user has said otherwise: weights of eight bits are
/// multiplied by it.
///
/// # Safety
/// Call it before anything is computed, when there is one thread still: it changes an environment variable.
pub unsafe fn share_quantised_products() {
    let threads = std::env::var("RAYON_NUM_THREADS");
    if let Ok(threads) = threads
        && POOL_IS_OURS.load(Ordering::Relaxed)
    {
        // SAFETY: the caller's promise: no other thread can be reading the environment.
        unsafe { std::env::set_var(POOL, threads) };
    }
}

/// Keeps candle's errors to the sentence that they are: with `RUST_BACKTRACE=1` each would drag dozens of lines behind it.
/// Panics, which are mistakes of ours, still show where they come from; `RUST_LIB_BACKTRACE=1` brings the rest back.
///
/// # Safety
/// Call it first in `main`, like [`limit_to_available_cores`].
pub unsafe fn errors_without_backtraces() {
    // SAFETY: the caller's promise.
    unsafe { set_unless_set("RUST_LIB_BACKTRACE", "0") };
}

/// # Safety
/// There is one thread.
unsafe fn set_unless_set(name: &str, value: &str) {
    if std::env::var_os(name).is_none() {
        // SAFETY: no other thread can be reading the environment.
        unsafe { std::env::set_var(name, value) };
    }
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    /// Who asks for one thread gets one, also for weights of eight bits; only under cargo is it not known who asked.
    #[test]
    fn the_pool_is_ours_only_where_the_user_has_said_nothing() {
        assert!(is_ours(None, false) && is_ours(None, true), "nobody has said anything");
        assert!(!is_ours(Some("1"), false), "nobody but the user can have said 1");
        assert!(is_ours(Some("1"), true), ".cargo/config.toml says 1 in every command that cargo starts");
        assert!(!is_ours(Some("3"), true) && !is_ours(Some("3"), false), "nobody but the user says 3");
    }
}
