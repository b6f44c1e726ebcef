//! Building a specification, running it, and reading its verdict; and the other way round, judging a test by what it rejects.

mod build;
mod check;
mod jury;
mod libtest;
mod stopping;
mod switched;
mod waiting;

pub use build::{Broken, Built, TestProgram, build_library, build_tests, cargo};
pub use check::{Report, Verdict, check_exercise, failures, run, verdict};
pub use jury::{Votes, check_property, judge};
pub use libtest::{Results, TestOutcome, run_tests};
pub use stopping::stop_on_signal;
pub use switched::{Switched, build as build_switched, lay_out};
pub use waiting::while_testing;
