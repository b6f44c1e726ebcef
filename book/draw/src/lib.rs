//! The figures of the book, drawn from the course's own crates, its bundled pictures and its bundled runs.
//!
//! Nothing is typed in: a curve is what the chapter's function returns, an attention map what the trained weights do.
//!
//! | module | idea |
//! |---|---|
//! | [`svg`] | charts, bars, heat maps and pictures as text |
//! | [`bundled`] | the trained models and the pictures they never saw |
//! | [`figures`] | every figure, chapter by chapter |

pub mod bundled;
pub mod figures;
pub mod svg;
