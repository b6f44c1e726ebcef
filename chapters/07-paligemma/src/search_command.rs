//! `vlm search`: words in, pictures out.

use std::path::Path;

use data::{Artist, Augmentation, EmojiSet, Gallery, Source, single_picture};
use foundations::random::generator;
use image::RgbImage;
use siglip_training::match_probabilities;
use siglip_training::retrieval::{embed_captions, embed_pictures};

use crate::args::{Drawings, SearchArgs};
use crate::error::{Result, VlmError};
use crate::exhibit::best;
use crate::hub::{PublishedRetriever, is_hub_folder};
use crate::load::Retriever;
use crate::prompt_text::{LONGEST_TEXT, cleaned};
use crate::run_folder::{RunFolder, Task, named_or_bundled};
use crate::terminal::{note, show_picture, tell};

/// Prints the pictures that fit the words best.
///
/// # Errors
/// When the run or the pictures cannot be read, or there are no words.
pub fn run(args: &SearchArgs) -> Result<()> {
    let (run, text) = run_and_text(&args.words)?;
    let text = cleaned(&text, "text to search for", LONGEST_TEXT)?;
    let run = named_or_bundled(run, Task::Siglip, "search")?;
    let searcher = Searcher::load(&run)?;
    let gallery = gallery(args.drawings, &EmojiSet::load()?);
    let pictures = pictures(&gallery, searcher.side() as u32);
    let fits = searcher.fits(&pictures, &text, run.path())?;
    for index in best(&fits, args.top) {
        let sprite = &gallery.sprites()[index];
        show_picture(&pictures[index]);
        tell!("{:5.1} %  {} ({})", 100.0 * fits[index], sprite.caption, drawn_by(sprite.source))?;
    }
    Ok(())
}

/// The run, if one is named, and the text; words without quotes around them are one text all the same. A path is a run,
/// and a bare word only where there is a model of that name: a folder may be called like one of the words. What looks like the name
/// of a model and is none is remarked on.
fn run_and_text(words: &[String]) -> Result<(Option<&str>, String)> {
    if words.is_empty() {
        return Err(VlmError::Combination(format!("there are no words to search for: {}", SearchArgs::USAGE)));
    }
    let is_path = |word: &str| {
        let holder = Path::new(word).parent().is_some_and(Path::is_dir); // "black/white" is a word, "runs/misspelt" is not
        word.contains(['/', '\\']) && holder
    };
    let names_a_run = |word: &str| is_path(word) || RunFolder::is_named_by(word);
    let looks_like_a_run = |word: &str| {
        let has_figures = word.contains(['-', '_']) && word.contains(|letter: char| letter.is_ascii_digit());
        has_figures || Path::new(word).is_dir()
    };
    Ok(match words {
        [run, text @ ..] if !text.is_empty() && names_a_run(run) => (Some(run.as_str()), text.join(" ")),
        [first, text @ ..] if !text.is_empty() && looks_like_a_run(first) => {
            note!(
                "note: '{first}' is no model here (a folder that holds one, or ./{first}); all of it is searched for as words"
            );
            (None, words.join(" "))
        }
        text => (None, text.join(" ")),
    })
}

/// Who compares: a run of ours, or a model from the hub.
enum Searcher {
    Own(Retriever),
    Published(PublishedRetriever),
}

impl Searcher {
    fn load(run: &RunFolder) -> Result<Self> {
        let device = foundations::device()?;
        if is_hub_folder(run.path()) {
            return Ok(Self::Published(PublishedRetriever::load(run.path(), "search", &device)?));
        }
        Ok(Self::Own(Retriever::load(run, "search", &device)?))
    }

    /// The side of the pictures that it looks at.
    fn side(&self) -> usize {
        match self {
            Self::Own(own) => own.model.config().vision_config.image_size,
            Self::Published(published) => published.side(),
        }
    }

    /// How likely each picture and the words belong together; `path` is where the model is from.
    ///
    /// # Shapes
    /// `n` pictures → `n` numbers in 0…1.
    fn fits(&self, pictures: &[RgbImage], text: &str, path: &Path) -> Result<Vec<f32>> {
        let (model, words, pictures) = match self {
            Self::Own(Retriever { model, tokenizer }) => {
                (model, embed_captions(model, tokenizer, &[text])?, embed_pictures(model, pictures)?)
            }
            Self::Published(published) => {
                (&published.model, published.embed_words(&[text])?, published.embed_pictures(pictures)?)
            }
        };
        let fits: Vec<f32> = match_probabilities(model, &pictures, &words)?.flatten_all()?.to_vec1()?; // [n, 1] → n
        if fits.iter().all(|fit| fit.is_finite()) {
            Ok(fits)
        } else {
            Err(VlmError::BrokenWeights { path: path.to_owned() })
        }
    }
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
