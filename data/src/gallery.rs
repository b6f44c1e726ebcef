//! Sprites with captions: what samplers, composers and evaluations draw from.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use image::RgbaImage;

use crate::{Artist, Noun};

/// Where a sprite comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// One of the bundled sets.
    Artist(Artist),
    /// Somebody's own folder of pictures.
    Folder,
}

/// A picture of one thing, cut out, with the words for it.
#[derive(Clone, Debug)]
pub struct Sprite {
    /// 64×64 pixels with transparency, shared between galleries.
    pub image: Arc<RgbaImage>,
    /// Number of the emoji in [`EmojiSet::entries`](crate::EmojiSet::entries), when it is one.
    pub emoji: Option<usize>,
    /// Number of the noun in [`EmojiSet::nouns`](crate::EmojiSet::nouns), when it is one.
    pub noun: Option<usize>,
    /// What to say about the picture.
    pub caption: String,
    /// Other words for it.
    pub keywords: Vec<String>,
    /// False for left arrows and clocks: in a mirror their caption would be wrong.
    pub may_be_mirrored: bool,
    /// Who drew it.
    pub source: Source,
}

/// A collection of sprites.
#[derive(Clone, Debug, Default)]
pub struct Gallery {
    sprites: Vec<Sprite>,
}

impl Gallery {
    /// Makes a gallery of the sprites given, in that order.
    pub fn new(sprites: Vec<Sprite>) -> Self {
        Self { sprites }
    }

    /// The sprites.
    pub fn sprites(&self) -> &[Sprite] {
        &self.sprites
    }

    /// How many sprites there are.
    pub fn len(&self) -> usize {
        self.sprites.len()
    }

    /// True when there is nothing to draw from.
    pub fn is_empty(&self) -> bool {
        self.sprites.is_empty()
    }

    /// The sprites that show one of the nouns, captioned with the noun's plain word.
    pub fn nouns_only(&self, nouns: &[Noun]) -> Gallery {
        // ANCHOR: nouns_only
        let noun_of_emoji: HashMap<usize, usize> =
            nouns.iter().enumerate().map(|(index, noun)| (noun.emoji, index)).collect();
        let sprites = self.sprites.iter().filter_map(|sprite| {
            let noun = *noun_of_emoji.get(&sprite.emoji?)?;
            Some(Sprite { noun: Some(noun), caption: nouns[noun].word.clone(), ..sprite.clone() })
        });
        Gallery::new(sprites.collect())
        // ANCHOR_END: nouns_only
    }

    /// The different captions in alphabetical order, each with the numbers of the sprites that carry it.
    pub fn by_caption(&self) -> BTreeMap<&str, Vec<usize>> {
        let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, sprite) in self.sprites.iter().enumerate() {
            groups.entry(&sprite.caption).or_default().push(index);
        }
        groups
    }
}
