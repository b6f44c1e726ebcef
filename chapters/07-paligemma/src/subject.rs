//! On which pictures a model is examined: the held-out artist's, or a folder of anybody's.

use std::path::Path;

use data::{Artist, EmojiSet, Gallery, unknown_names};

use crate::error::Result;
use crate::own_pictures::check_folder;
use crate::terminal::note;

const HELD_OUT: &str = "heldout";

/// The pictures of an examination, and those of the artists that models learn from, for the baseline.
#[derive(Debug)]
pub struct Subject {
    /// `heldout` or `pictures`, as it stands in the names of metrics.
    pub name: &'static str,
    /// All pictures.
    pub all: Gallery,
    /// Those of the hundred nouns.
    pub nouns: Gallery,
    /// All training pictures.
    pub training: Gallery,
    /// Training pictures of the hundred nouns.
    pub training_nouns: Gallery,
}

impl Subject {
    /// The artist that nobody is trained on.
    ///
    /// # Errors
    /// When the bundled data cannot be read.
    pub fn held_out() -> Result<Self> {
        let emojis = EmojiSet::load()?;
        Ok(Self::new(HELD_OUT, emojis.gallery(&[Artist::HELD_OUT]), &emojis))
    }

    /// A folder of pictures with a `captions.tsv`.
    ///
    /// # Errors
    /// When the folder, its table or a picture cannot be read.
    pub fn folder(path: &Path) -> Result<Self> {
        check_folder(path)?;
        let emojis = EmojiSet::load()?;
        for (line, name) in unknown_names(path, &emojis)? {
            note!("note: captions.tsv, line {line}: '{name}' is no emoji and no name of one; only the caption counts");
        }
        Ok(Self::new("pictures", Gallery::from_folder(path, &emojis)?, &emojis))
    }

    fn new(name: &'static str, all: Gallery, emojis: &EmojiSet) -> Self {
        let training = emojis.training();
        Self {
            name,
            nouns: all.nouns_only(emojis.nouns()),
            training_nouns: training.nouns_only(emojis.nouns()),
            all,
            training,
        }
    }

    /// Whether these are the held-out artist's pictures.
    pub fn is_held_out(&self) -> bool {
        self.name == HELD_OUT
    }

    /// At most `count` of all pictures, spread evenly over them.
    pub fn sample(&self, count: usize) -> Gallery {
        let stride = self.all.len().div_ceil(count.max(1)).max(1);
        Gallery::new(self.all.sprites().iter().step_by(stride).cloned().collect())
    }
}
