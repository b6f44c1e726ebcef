//! Somebody's own pictures, whole, with their captions: what a model is fine-tuned on.

use std::path::Path;

use image::RgbImage;

use crate::{DataError, EmojiSet, folder, open_picture};

/// A picture and what to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptionedPicture {
    /// The picture as it is, transparent parts on light grey.
    pub picture: RgbImage,
    /// The words, in lower case.
    pub caption: String,
}

/// Reads the pictures of a folder and its table `captions.tsv`, the same that
/// [`Gallery::from_folder`](crate::Gallery::from_folder) reads. The pictures are not made smaller, and nothing is cut out.
///
/// # Errors
/// When the table is missing or malformed, names no picture, or a picture cannot be read.
pub fn captioned_pictures(dir: &Path, set: &EmojiSet) -> Result<Vec<CaptionedPicture>, DataError> {
    let table = folder::table_in(dir)?;
    let read = |line: &folder::Line| {
        let caption = table.caption(line, set)?;
        Ok(CaptionedPicture { picture: open_picture(&table.picture_path(line)?)?, caption })
    };
    table.lines.iter().map(read).collect()
}
