//! `vlm ablate`: change one thing, train again, several times, and see whether it made a difference.
//!
//! | module | idea |
//! |---|---|
//! | [`catalogue`] | what can be asked, the arms of each question, and what the papers found |
//! | [`contrastive_arm`], [`generative_arm`] | an arm changes one thing about a plan of phase one or two |
//! | [`bench`](mod@bench) | trains an arm from a seed and measures it |
//! | [`held_out`] | surprise and exact answers on scenes by the artist that nobody is trained on |
//! | [`results`] | one line per finished run, so that a stopped ablation goes on |
//! | [`statistics`] | means, and how far chance alone may have moved them |
//! | [`table`] | what the paper says, what we see, and the verdict |
//! | [`command`] | the command |

pub mod bench;
pub mod catalogue;
pub mod command;
pub mod contrastive_arm;
pub mod generative_arm;
pub mod held_out;
pub mod results;
pub mod statistics;
pub mod table;
