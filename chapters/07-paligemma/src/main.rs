//! The `vlm` command; everything it does is in the library beside it.

use std::process::ExitCode;

/// Training makes and drops millions of tensors; the system's allocator returns their pages to the kernel each time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // SAFETY: nothing has run yet, so this is the only thread.
    unsafe {
        paligemma::threads::limit_to_available_cores();
        paligemma::threads::errors_without_backtraces();
    }
    paligemma::commands::main()
}
