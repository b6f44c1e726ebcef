//! An allocator that counts: how many bytes were in use at the worst moment?

use std::alloc::{GlobalAlloc, Layout};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use anyhow::Result;
use mimalloc::MiMalloc;

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call is passed to mimalloc with its arguments unchanged; counting touches only atomics.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        PEAK.fetch_max(NOW.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        // SAFETY: the caller's layout, as it came.
        unsafe { MiMalloc.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        PEAK.fetch_max(NOW.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        // SAFETY: the caller's layout, as it came.
        unsafe { MiMalloc.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: `pointer` came from one of the two above with this layout.
        unsafe { MiMalloc.dealloc(pointer, layout) }
    }
}

/// How many bytes more than before were in use at the worst moment of `work`.
///
/// # Errors
/// That of `work`.
pub fn peak_bytes(work: impl FnOnce() -> Result<()>) -> Result<usize> {
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    work()?;
    Ok(PEAK.load(Relaxed).saturating_sub(before))
}
