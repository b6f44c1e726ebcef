//! `vlm search`: words in, pictures out.

use data::{Artist, Augmentation, EmojiSet, Gallery, Source, single_picture};
use foundations::random::generator;
use image::RgbImage;
use siglip_training::match_probabilities;
use siglip_training::retrieval::{embed_captions, embed_pictures};

use crate::args::{Drawings, SearchArgs};
use crate::error::Result;
use crate::exhibit::best;
use crate::load::Retriever;
use crate::picture_commands::run_and_words;
use crate::prompt_text::cleaned;
use crate::run_folder::{Task, named_or_bundled};
use crate::terminal::show_picture;

/// Prints the pictures that fit the words best.
///
/// # Errors
/// When the run or the pictures cannot be read, or there are no words.
pub fn run(args: &SearchArgs) -> Result<()> {
    let (run, [text]) = run_and_words(&args.words, SearchArgs::USAGE)?;
    let text = cleaned(text, "text to search for")?;
    let run = named_or_bundled(run, Task::Siglip, "search")?;
    let Retriever { model, tokenizer } = Retriever::load(&run, "search", &foundations::device()?)?;
    let gallery = gallery(args.drawings, &EmojiSet::load()?);
    let side = model.config().vision_config.image_size as u32;
    let pictures = pictures(&gallery, side);
    let words = embed_captions(&model, &tokenizer, &[&text])?; // [1, d]
    let fits = match_probabilities(&model, &embed_pictures(&model, &pictures)?, &words)?; // [n, 1]
    let fits: Vec<f32> = fits.flatten_all()?.to_vec1()?;
    for index in best(&fits, args.top) {
        let sprite = &gallery.sprites()[index];
        show_picture(&pictures[index]);
        println!("{:5.1} %  {} ({})", 100.0 * fits[index], sprite.caption, drawn_by(sprite.source));
    }
    Ok(())
}

fn gallery(drawings: Drawings, emojis: &EmojiSet) -> Gallery {
    match drawings {
        Drawings::HeldOut => emojis.held_out(),
        Drawings::All => emojis.gallery(&Artist::ALL),
    }
}

/// Every sprite on plain grey. Nothing is varied, so the generator is never asked for anything that matters.
fn pictures(gallery: &Gallery, side: u32) -> Vec<RgbImage> {
    let rng = &mut generator(0, "search");
    gallery.sprites().iter().map(|sprite| single_picture(sprite, side, &Augmentation::NONE, rng)).collect()
}

fn drawn_by(source: Source) -> &'static str {
    match source {
        Source::Artist(artist) => artist.slug(),
        Source::Folder => "your folder",
    }
}
