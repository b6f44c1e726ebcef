//! Somebody's own pictures, whole, with their captions: what a model is fine-tuned on.

use std::path::Path;

use image::RgbImage;

use crate::{DataError, EmojiSet, folder, open_picture};

/// A picture and what to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptionedPicture {
    /// What is kept of the picture, transparent parts on light grey.
    pub picture: RgbImage,
    /// The words as they are written.
    pub caption: String,
}

/// The captions of a folder's table `captions.tsv`, without a look at the pictures.
///
/// # Errors
/// When the table is missing or malformed, or names no picture.
pub fn captions_in(dir: &Path, set: &EmojiSet) -> Result<Vec<String>, DataError> {
    let table = folder::table_in(dir)?;
    table.lines.iter().map(|line| table.caption(line, set)).collect()
}

/// Reads the pictures of a folder and its table `captions.tsv`, the same that
/// [`Gallery::from_folder`](crate::Gallery::from_folder) reads. Nothing is cut out. `seen` makes of each picture what is kept
/// of it, before the next one is read: a photo of twelve megapixels takes 36 MB, and a folder has many.
///
/// # Errors
/// When the table is missing or malformed, names no picture, or a picture cannot be read.
pub fn captioned_pictures(
    dir: &Path,
    set: &EmojiSet,
    seen: impl Fn(RgbImage) -> RgbImage,
) -> Result<Vec<CaptionedPicture>, DataError> {
    let table = folder::table_in(dir)?;
    let read = |line: &folder::Line| {
        let caption = table.caption(line, set)?;
        Ok(CaptionedPicture { picture: seen(open_picture(&table.picture_path(line)?)?), caption })
    };
    table.lines.iter().map(read).collect()
}
