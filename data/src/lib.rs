//! The course's pictures: five artists' emojis, scenes composed from them, and easy-VQA.
//!
//! Everything is bundled with the repository and read from disk; nothing is downloaded. Everything random is a pure
//! function of the generator passed in, so the same seed gives the same pictures.

mod artist;
mod emoji;
mod emoji_set;
mod error;
mod gallery;
pub mod sheet;

use std::path::PathBuf;

pub use artist::Artist;
pub use emoji::{Emoji, Noun, with_article};
pub use emoji_set::EmojiSet;
pub use error::DataError;
pub use gallery::{Gallery, Source, Sprite};

/// The folder that holds the bundled files: this crate's own, or the one that the environment variable `VLM_DATA` names.
pub fn data_folder() -> PathBuf {
    std::env::var_os("VLM_DATA").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
}
