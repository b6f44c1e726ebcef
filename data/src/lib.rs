//! The course's pictures: five artists' emojis, scenes composed from them, and easy-VQA.
//!
//! Everything is bundled with the repository and read from disk; nothing is downloaded. Everything random is a pure
//! function of the generator passed in, so the same seed gives the same pictures.
//!
//! | what | where |
//! |---|---|
//! | emojis, their names, the hundred nouns | [`EmojiSet`] |
//! | drawings with captions | [`Gallery`] of [`Sprite`]s |
//! | one varied drawing | [`single_picture`], [`Augmentation`] |
//! | several drawings with exact boxes | [`Composer`] → [`Scene`] |
//! | somebody's own pictures | [`open_picture`], [`Gallery::from_folder`], [`captioned_pictures`] |
//! | a benchmark | [`EasyVqa`] |

mod artist;
mod augmentation;
mod bounding_box;
mod captioned;
mod colour;
mod composer;
mod easy_vqa;
mod emoji;
mod emoji_set;
mod error;
mod folder;
mod gallery;
mod layer;
mod open_picture;
mod outline;
mod paint;
mod placement;
mod question;
mod scene;
pub mod sheet;
mod single_picture;

use std::path::PathBuf;

pub use artist::Artist;
pub use augmentation::Augmentation;
pub use bounding_box::BoundingBox;
pub use captioned::{CaptionedPicture, captioned_pictures, captions_in};
pub use composer::{Composer, MOST_OBJECTS, MOST_OVERLAP};
pub use easy_vqa::{EasyVqa, Split, VqaQuestion};
pub use emoji::{Emoji, Noun, with_article};
pub use emoji_set::EmojiSet;
pub use error::DataError;
pub use folder::unknown_names;
pub use gallery::{Gallery, Source, Sprite};
pub use open_picture::open_picture;
pub use paint::paint;
pub use placement::Placement;
pub use question::{CLEAR_DISTANCE, Question, QuestionKind};
pub use scene::{Detection, Scene, SceneObject};
pub use single_picture::{LIGHT_GREY, single_picture};

/// The folder that holds the bundled files: this crate's own, or the one that the environment variable `VLM_DATA` names.
pub fn data_folder() -> PathBuf {
    std::env::var_os("VLM_DATA").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
}
