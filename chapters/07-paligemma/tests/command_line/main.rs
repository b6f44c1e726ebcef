//! The `vlm` command as people meet it: its help, and what it says when something is wrong with what it is given.
//!
//! Every error is one line that names the culprit and the remedy, the exit code is not zero, and nothing half-written is
//! left behind.

mod ablations;
mod answers;
mod help;
mod options;
mod outputs;
mod own_pictures;
mod parrot;
mod picture_folders;
mod pictures;
mod pull;
mod runs;
mod segment;
mod support;
mod words;
