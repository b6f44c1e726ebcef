//! How fast is it? Pieces of work of fixed size, to be timed: by `cargo bench`, beside PyTorch, and while they grow.
//!
//! | module | idea |
//! |---|---|
//! | [`training_step`] | loss, gradients, optimiser: one step on a batch that is there already |
//! | [`contrastive`] | the SigLIP step |
//! | [`generative`] | the step of the vision-language model |
//! | [`attention`] | attention over a long sequence |
//! | [`decode`] | writing tokens with a model of PaliGemma's size and random weights |
//! | [`floor`] | nothing but the matrix products of a step: what no code can beat that multiplies as fast as we do |
//! | [`growth`], [`chart`] | the same at many sizes: the power that a cost grows with, and a drawing of it |
//! | [`measure`] | median time and peak memory |
//! | [`export`] | weights and batch of a step, for another program to take the same step |
//!
//! Numbers inside the tensors are random: time does not depend on them.
//!
//! `tests/reference/compare` runs the `speed` program of this crate beside PyTorch and prints one table;
//! `cargo bench` times every operator and the step of every preset; the program `growth` lets the sizes grow.

pub mod attention;
pub mod chart;
pub mod contrastive;
pub mod decode;
pub mod export;
pub mod floor;
pub mod generative;
pub mod growth;
pub mod measure;
pub mod training_step;

/// Tokens in the course's vocabulary, special ones included.
pub const VOCABULARY: usize = 4096;

/// The seed of all weights and batches.
pub const SEED: u64 = 1;

/// How large the pieces of work are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Scale {
    /// As in the course and in PaliGemma: what is reported.
    Full,
    /// Small enough to try whether everything runs.
    Tiny,
}
