//! Building a specification, running it, and reading its verdict.

mod build;
mod check;
mod libtest;

pub use build::{Broken, Built, TestProgram, build_library, build_tests, cargo};
pub use check::{Report, Verdict, check_exercise, run, verdict};
pub use libtest::{Results, TestOutcome, run_tests};
