//! Batches of pictures and captions, all different.
//!
//! Every off-diagonal pair of a batch counts as *not matching*. If two rows of a batch showed a dog, the loss would
//! push the second dog away from the word "dog"; so a batch is drawn without repetition of the thing shown. Scenes
//! share the nouns with the single pictures: each is dealt three nouns of its own, as cards are dealt.
//!
//! A batch depends on nothing but the seed and the step: a run that was killed and resumed sees the same pictures in
//! the same order, and nothing about the data needs to be saved but the step.

use std::collections::BTreeMap;

use data::{Augmentation, Composer, DataError, Gallery, MOST_OBJECTS, Noun, Sprite, single_picture};
use foundations::random::{generator_at, permutation};
use image::RgbImage;
use rand::Rng;
use rand::seq::{IndexedRandom, index};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// What a contrastive batch is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairConfig {
    /// Pictures in a batch.
    pub batch_size: usize,
    /// Side of a picture in pixels.
    pub side: u32,
    /// In the steps before this one pictures have half the side: see [`small_first`].
    pub small_until: u64,
    /// The share of the batch that shows one of the 100 common nouns.
    pub noun_share: f64,
    /// The share of the batch that shows a scene of one to three nouns, captioned "dog and red apple".
    pub scene_share: f64,
    /// How often a picture is captioned by its keywords instead of its name.
    pub keyword_probability: f64,
    /// How strongly pictures are varied.
    pub augmentation: Augmentation,
}

impl PairConfig {
    /// Side of the pictures of step `step`, in pixels: see [`small_first`].
    pub fn side_at(&self, step: u64) -> u32 {
        small_first(self.side, self.small_until, step)
    }
}

/// Half of `side` before step `small_until`, then `side`. Half the side makes a quarter of the patches, so that a tower can
/// see four times as many pictures in the same time; a few steps at full size then show it the details.
///
/// # Source
/// RECLIP (Li et al. 2023, arXiv 2304.06028), §3: small pictures first, a short high-resolution phase last.
pub fn small_first(side: u32, small_until: u64, step: u64) -> u32 {
    // ANCHOR: small_first
    if step < small_until { side / 2 } else { side }
    // ANCHOR_END: small_first
}

/// A batch before it becomes tensors.
#[derive(Debug, Clone)]
pub struct PairBatch {
    /// One picture per caption.
    pub pictures: Vec<RgbImage>,
    /// One caption per picture; nothing is shown in two pictures of a batch.
    pub captions: Vec<String>,
}

/// Draws batches of pictures with their captions.
#[derive(Debug)]
pub struct PairSampler {
    gallery: Gallery,
    noun_gallery: Gallery,
    /// Positions in the noun gallery of all sprites of one noun, by noun.
    nouns: Vec<Vec<usize>>,
    /// Positions in the gallery of all sprites of one emoji that is no common noun, by emoji.
    others: Vec<Vec<usize>>,
    config: PairConfig,
    seed: u64,
}

/// What one row of a batch will show.
enum Row<'a> {
    Noun(&'a [usize]),
    Other(&'a [usize]),
    /// The nouns that a scene may choose from.
    Scene(Vec<&'a [usize]>),
}

/// How many rows of a batch show what.
struct Counts {
    scenes: usize,
    nouns: usize,
    others: usize,
}

/// How often a common noun is called by the noun, "ladybird"; otherwise by its Unicode name, "lady beetle".
const PLAIN_WORD: f64 = 0.8;

impl PairSampler {
    /// A sampler over the sprites of `gallery`. With fewer different things than `batch_size`, batches are smaller.
    ///
    /// # Errors
    /// When scenes are wanted, and the gallery has too few nouns even for one.
    pub fn new(gallery: Gallery, nouns: &[Noun], config: PairConfig, seed: u64) -> Result<Self, DataError> {
        let noun_gallery = gallery.nouns_only(nouns);
        let is_noun = |sprite: &Sprite| nouns.iter().any(|noun| Some(noun.emoji) == sprite.emoji);
        let others = by_emoji(&gallery, |sprite| !is_noun(sprite));
        let nouns = by_emoji(&noun_gallery, |_| true);
        if config.scene_share > 0.0 {
            Composer::new(&noun_gallery, config.side_at(0), config.augmentation)?;
        }
        Ok(Self { gallery, noun_gallery, nouns, others, config, seed })
    }

    /// Pictures in a batch.
    pub fn batch_size(&self) -> usize {
        let Counts { scenes, nouns, others } = self.counts();
        scenes + nouns + others
    }

    /// Side of the pictures of step `step`, in pixels.
    pub fn side_at(&self, step: u64) -> u32 {
        self.config.side_at(step)
    }

    /// The batch of step `step`.
    ///
    /// # Errors
    /// When a scene cannot be composed.
    pub fn batch(&self, step: u64) -> Result<PairBatch, DataError> {
        // ANCHOR: pair_batch
        let rows = self.rows(&mut generator_at(self.seed, "pairs", step));
        let pairs: Vec<(RgbImage, String)> = rows
            .par_iter()
            .enumerate()
            .map(|(index, row)| {
                // Each row has a generator of its own: threads may finish in any order.
                let rng = &mut generator_at(self.seed, "pair", step * self.config.batch_size as u64 + index as u64);
                self.pair(row, self.config.side_at(step), rng)
            })
            .collect::<Result<_, _>>()?;
        let (pictures, captions) = pairs.into_iter().unzip();
        Ok(PairBatch { pictures, captions })
        // ANCHOR_END: pair_batch
    }

    /// Shares out the rows of a batch, as far as there are different things.
    fn counts(&self) -> Counts {
        // ANCHOR: counts
        let size = self.config.batch_size;
        let share = |fraction: f64| (fraction * size as f64).round() as usize;
        let scenes = share(self.config.scene_share).min(size).min(self.nouns.len() / MOST_OBJECTS);
        let nouns = share(self.config.noun_share).min(size - scenes).min(self.nouns.len() - scenes * MOST_OBJECTS);
        let others = (size - scenes - nouns).min(self.others.len());
        Counts { scenes, nouns, others }
        // ANCHOR_END: counts
    }

    /// Decides what each row of a batch shows, without repetition.
    fn rows(&self, rng: &mut impl Rng) -> Vec<Row<'_>> {
        // ANCHOR: rows
        let Counts { scenes, nouns, others } = self.counts();
        let shuffled: Vec<&[usize]> =
            permutation(self.nouns.len(), rng).into_iter().map(|noun| self.nouns[noun].as_slice()).collect();
        let (dealt, single) = shuffled.split_at(scenes * MOST_OBJECTS);
        let mut rows: Vec<Row> = dealt.chunks(MOST_OBJECTS).map(|hand| Row::Scene(hand.to_vec())).collect();
        rows.extend(single.iter().take(nouns).map(|positions| Row::Noun(positions)));
        rows.extend(index::sample(rng, self.others.len(), others).into_iter().map(|i| Row::Other(&self.others[i])));
        rows
        // ANCHOR_END: rows
    }

    /// Draws the picture and the caption of one row.
    fn pair(&self, row: &Row, side: u32, rng: &mut impl Rng) -> Result<(RgbImage, String), DataError> {
        let augmentation = &self.config.augmentation;
        match row {
            Row::Scene(hand) => {
                let sprites = hand.concat().into_iter().map(|position| self.noun_gallery.sprites()[position].clone());
                let scene = Composer::new(&Gallery::new(sprites.collect()), side, *augmentation)?.compose(rng);
                let caption = scene.caption();
                Ok((scene.picture, caption))
            }
            Row::Noun(positions) => {
                let sprite = &self.noun_gallery.sprites()[choose(positions, rng)];
                let named = rng.random_bool(PLAIN_WORD).then(|| sprite.caption.clone());
                let caption = named.unwrap_or_else(|| self.unicode_name(sprite));
                Ok((single_picture(sprite, side, augmentation, rng), caption))
            }
            Row::Other(positions) => {
                let sprite = &self.gallery.sprites()[choose(positions, rng)];
                let picture = single_picture(sprite, side, augmentation, rng);
                Ok((picture, caption_of(sprite, self.config.keyword_probability, rng)))
            }
        }
    }

    /// What Unicode calls a sprite of the noun gallery.
    fn unicode_name(&self, sprite: &Sprite) -> String {
        let same = self.gallery.sprites().iter().find(|candidate| candidate.emoji == sprite.emoji);
        same.map_or_else(|| sprite.caption.clone(), |found| found.caption.clone())
    }
}

/// Positions in a gallery of the sprites that are `wanted`, all drawings of one emoji together.
fn by_emoji(gallery: &Gallery, wanted: impl Fn(&Sprite) -> bool) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (position, sprite) in gallery.sprites().iter().enumerate().filter(|(_, sprite)| wanted(sprite)) {
        if let Some(emoji) = sprite.emoji {
            groups.entry(emoji).or_default().push(position);
        }
    }
    groups.into_values().collect()
}

/// One of the positions of a group, which is never empty.
fn choose(positions: &[usize], rng: &mut impl Rng) -> usize {
    positions[rng.random_range(0..positions.len())]
}

/// The sprite's name or, with the given probability, up to three of its keywords.
fn caption_of(sprite: &Sprite, keyword_probability: f64, rng: &mut impl Rng) -> String {
    // ANCHOR: caption_of
    if sprite.keywords.is_empty() || !rng.random_bool(keyword_probability) {
        return sprite.caption.clone();
    }
    let count = rng.random_range(1..=sprite.keywords.len().min(3));
    let chosen: Vec<&str> = sprite.keywords.choose_multiple(rng, count).map(String::as_str).collect();
    chosen.join(" ")
    // ANCHOR_END: caption_of
}
