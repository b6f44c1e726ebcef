//! Masks: which pixels of a picture belong to a thing.
//!
//! PaliGemma has no layer that paints. Its answer to `segment cat` is a sentence again: four location tokens for the box, then
//! sixteen tokens out of `<seg000>` … `<seg127>`, then the name. The sixteen are the words of another model: a small
//! auto-encoder learned to describe any mask of 64 × 64 pixels by sixteen words of 128, and its decoder paints the mask
//! again. The mask fills the box, however long and wide that is.
//!
//! ```text
//! <loc…>×4 <seg…>×16 cat ─ answer ─┬─ box ───────────────────────────┐
//!                                  └─ 16 codes ─ decoder ─ 64 × 64 ──┴─ paint ─ pixels of the picture
//! ```
//!
//! # Source
//! PaliGemma (arXiv 2407.07726), §3.2; the auto-encoder is that of Ning et al. 2023, arXiv 2301.02229.

pub mod answer;
pub mod decoder;
pub mod paint;

pub use answer::{CODES, Codes, Segment, parse_segments};
pub use decoder::{MASK_FILE, MASK_FILE_URL, MASK_SIDE, MaskDecoder};
pub use paint::{Mask, mask_in_picture};
