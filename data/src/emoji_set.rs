//! All emojis by all artists, read from the sheets.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use image::{ImageReader, RgbaImage};
use rayon::prelude::*;

use crate::{
    Artist, DataError, Emoji, Gallery, Noun, Source, Sprite, data_folder,
    emoji::{plain_glyph, read_emojis, read_nouns},
    error::read_error,
    sheet::{EMOJI_COLUMNS, cut_cell, is_empty_cell},
};

/// One artist's drawings by number of the emoji; nothing where the artist never drew it.
type Drawings = Vec<Option<Arc<RgbaImage>>>;

/// The emoji list, the nouns and the drawings of all five artists.
///
/// ```
/// # fn main() -> Result<(), data::DataError> {
/// let emojis = data::EmojiSet::load()?;
/// let dog = emojis.find("dog").expect("everybody draws dogs");
/// assert_eq!(emojis.entries()[dog].glyph, "🐕️");
/// assert!(emojis.training().len() > emojis.held_out().len());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct EmojiSet {
    entries: Vec<Emoji>,
    nouns: Vec<Noun>,
    drawings: BTreeMap<Artist, Drawings>,
}

impl EmojiSet {
    /// Reads everything from the [data folder](data_folder): about 120 MB in memory, shared by every [`Gallery`] made from
    /// it.
    ///
    /// # Errors
    /// When a file is missing or does not fit the others.
    pub fn load() -> Result<Self, DataError> {
        Self::load_from(&data_folder())
    }

    /// Reads everything from another copy of the data folder.
    ///
    /// # Errors
    /// As [`EmojiSet::load`].
    pub fn load_from(data_folder: &Path) -> Result<Self, DataError> {
        let folder = data_folder.join("emoji");
        let entries = read_emojis(&folder.join("emoji.json"))?;
        let nouns = read_nouns(&folder.join("nouns.txt"), &entries)?;
        let drawings = Artist::ALL
            .par_iter()
            .map(|&artist| Ok((artist, read_sheet(&folder.join(format!("{}.png", artist.slug())), entries.len())?)))
            .collect::<Result<_, DataError>>()?;
        Ok(Self { entries, nouns, drawings })
    }

    /// The emojis, in the order of the sheets' cells.
    pub fn entries(&self) -> &[Emoji] {
        &self.entries
    }

    /// The hundred nouns.
    pub fn nouns(&self) -> &[Noun] {
        &self.nouns
    }

    /// Drawings by the four artists that models learn from.
    pub fn training(&self) -> Gallery {
        self.gallery(&Artist::TRAINING)
    }

    /// Drawings by the artist that no model has seen.
    pub fn held_out(&self) -> Gallery {
        self.gallery(&[Artist::HELD_OUT])
    }

    /// Drawings by the artists given: one sprite for each emoji that each of them drew.
    pub fn gallery(&self, artists: &[Artist]) -> Gallery {
        let mut noun_of_emoji = vec![None; self.entries.len()];
        for (index, noun) in self.nouns.iter().enumerate() {
            noun_of_emoji[noun.emoji] = Some(index);
        }
        let drawn = artists.iter().flat_map(|artist| {
            let drawings = self.drawings[artist].iter().enumerate();
            drawings.filter_map(move |(emoji, image)| Some((*artist, emoji, Arc::clone(image.as_ref()?))))
        });
        let sprites = drawn.map(|(artist, emoji, image)| Sprite {
            image,
            emoji: Some(emoji),
            noun: noun_of_emoji[emoji],
            caption: self.entries[emoji].name.clone(),
            keywords: self.entries[emoji].keywords.clone(),
            may_be_mirrored: self.entries[emoji].may_be_mirrored(),
            source: Source::Artist(artist),
        });
        Gallery::new(sprites.collect())
    }

    /// The number of an emoji, given as the emoji itself, its English name or its noun.
    pub fn find(&self, text: &str) -> Option<usize> {
        let (glyph, name) = (plain_glyph(text.trim()), text.trim().to_lowercase());
        let noun = self.nouns.iter().find(|noun| noun.word == name).map(|noun| noun.emoji);
        noun.or_else(|| self.entries.iter().position(|emoji| plain_glyph(&emoji.glyph) == glyph || emoji.name == name))
    }
}

/// Cuts one artist's sheet into cells.
fn read_sheet(path: &Path, cells: usize) -> Result<Drawings, DataError> {
    let inconsistent = |problem: String| DataError::Inconsistent { path: path.to_path_buf(), problem };
    let reader = ImageReader::open(path).map_err(|source| read_error(path, source, true))?;
    let sheet = reader.decode().map_err(|error| inconsistent(error.to_string()))?.into_rgba8();
    let cut = (0..cells).map(|index| {
        let cell = cut_cell(&sheet, index, EMOJI_COLUMNS)
            .ok_or_else(|| inconsistent(format!("cell {index} of {cells} lies outside the sheet")))?;
        Ok((!is_empty_cell(&cell)).then(|| Arc::new(cell)))
    });
    cut.collect()
}
