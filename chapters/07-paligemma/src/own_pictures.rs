//! Somebody's own pictures, as a model is fine-tuned on them.

use std::path::Path;

use autoregressive_training::tasks::caption_prompt;
use autoregressive_training::{FolderSource, TaskExample, VlmConfig};
use data::{CaptionedPicture, EmojiSet, captioned_pictures, captions_in};
use image::RgbImage;
use published_weights::squash;
use siglip_training::Tokenizer;
use vit_patching::{Normalisation, resize_square};

use crate::error::{Result, VlmError};
use crate::plan::FolderPlan;
use crate::terminal::note;

/// A folder with a `captions.tsv`.
///
/// # Errors
/// When there is no such folder.
pub fn check_folder(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let reason = "there is no such folder; name one that holds pictures and a captions.tsv".to_owned();
    Err(VlmError::Pictures { path: path.to_owned(), reason })
}

/// Pictures with the prompt and the captions that they should get, squashed as this model is going to see them when it is
/// asked.
///
/// # Errors
/// When the folder, its table or a picture cannot be read.
pub fn examples(path: &Path, model: &VlmConfig) -> Result<Vec<TaskExample>> {
    check_folder(path)?;
    let pictures = captioned_pictures(path, &EmojiSet::load()?, |picture| squashed(&picture, model))?;
    let example = |one: CaptionedPicture| TaskExample {
        picture: one.picture,
        prompt: caption_prompt("en"),
        answer: as_written(one.caption, model),
    };
    Ok(pictures.into_iter().map(example).collect())
}

/// A caption as the model is to write it: our own know no capitals.
fn as_written(caption: String, model: &VlmConfig) -> String {
    match model.normalisation {
        Normalisation::Fixed { .. } => caption,
        Normalisation::OwnMean => caption.to_lowercase(),
    }
}

/// Says which captions a model cannot write because its vocabulary lacks a character of them.
///
/// # Errors
/// When the folder's table cannot be read, or a caption cannot be tokenised.
pub fn remark_on_unknown_characters(path: &Path, model: &VlmConfig, tokenizer: &Tokenizer) -> Result<()> {
    check_folder(path)?;
    let mut unknown = Vec::new();
    for caption in captions_in(path, &EmojiSet::load()?)? {
        let caption = as_written(caption, model);
        let written = tokenizer.decode(&tokenizer.encode(&caption)?)?;
        if written != caption.trim() {
            unknown.push(format!("'{caption}' becomes '{written}'"));
        }
    }
    if let Some(first) = unknown.first() {
        let others = match unknown.len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        note!("note: the model's vocabulary lacks characters of the captions: {first}{others}");
    }
    Ok(())
}

/// See [`crate::load::Speaker::pixels`]: a picture that has its size already is not touched again.
fn squashed(picture: &RgbImage, model: &VlmConfig) -> RgbImage {
    let side = model.vision_config.image_size as u32;
    match model.normalisation {
        Normalisation::Fixed { .. } => squash(picture, side),
        Normalisation::OwnMean => resize_square(picture, side).into_owned(),
    }
}

/// The examples of a plan, batch by batch.
///
/// # Errors
/// See [`examples`].
pub fn source(folder: &FolderPlan, model: &VlmConfig, seed: u64) -> Result<FolderSource> {
    let examples = examples(&folder.pictures, model)?;
    FolderSource::new(examples, folder.batch_size, seed).ok_or_else(|| {
        let reason = "its captions.tsv lists no picture".to_owned();
        VlmError::Pictures { path: folder.pictures.clone(), reason }
    })
}
