//! The learner's place: an ordinary Cargo workspace.
//!
//! ```text
//! workshop/
//!   Cargo.toml, Cargo.lock, .cargo/     as in the course, with the same dependencies, features, profile and build folder
//!   chapters/NN-*/src/                  the learner's: handed out once, never written again
//!   chapters/NN-*/tests/property_*.rs   the learner's as well: tests that they write
//!   chapters/NN-*/Cargo.toml, tests/    the course's: brought back when edited
//!   .solved/                            the course's chapters under other names, for what is not yet green
//!   .course/                            what the checks remember, may be deleted at any time; and what was put aside
//! ```

mod layout;
mod manifests;
mod place;
mod state;
mod sync;

pub use layout::{Bodies, Layout, has_space};
pub use place::{Progress, Workshop};
pub use state::State;
pub use sync::{Changes, free_name, sync};
