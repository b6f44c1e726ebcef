//! Batches of pictures and captions, all different.
//!
//! Every off-diagonal pair of a batch counts as *not matching*. If two rows of a batch showed a dog, the loss would push
//! the second dog away from the word "dog"; so a batch is drawn without repetition of the thing shown.
//!
//! A batch depends on nothing but the seed and the step: a run that was killed and resumed sees the same pictures in
//! the same order, and nothing about the data needs to be saved but the step.

use std::collections::BTreeMap;

use data::{Augmentation, Composer, DataError, Gallery, Noun, Sprite, single_picture};
use foundations::random::generator_at;
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
    /// The share of the batch that shows one of the 100 common nouns.
    pub noun_share: f64,
    /// The share of the batch that shows a scene of one to three nouns, captioned "dog and red apple".
    pub scene_share: f64,
    /// How often a picture is captioned by its keywords instead of its name.
    pub keyword_probability: f64,
    /// How strongly pictures are varied.
    pub augmentation: Augmentation,
}

/// A batch before it becomes tensors.
#[derive(Debug, Clone)]
pub struct PairBatch {
    /// One picture per caption.
    pub pictures: Vec<RgbImage>,
    /// One caption per picture; no two pictures of a batch show the same thing.
    pub captions: Vec<String>,
}

/// Draws batches of pictures with their captions.
#[derive(Debug)]
pub struct PairSampler {
    gallery: Gallery,
    noun_gallery: Gallery,
    /// Positions in the gallery of all sprites of one emoji, by emoji; common nouns first.
    nouns: Vec<Vec<usize>>,
    others: Vec<Vec<usize>>,
    config: PairConfig,
    seed: u64,
}

/// What one row of a batch will show.
enum Row<'a> {
    Single(&'a [usize]),
    Scene,
}

impl PairSampler {
    /// A sampler over the sprites of `gallery`.
    ///
    /// # Errors
    /// When the gallery has too few different things for one batch.
    pub fn new(gallery: Gallery, nouns: &[Noun], config: PairConfig, seed: u64) -> Result<Self, DataError> {
        let noun_gallery = gallery.nouns_only(nouns);
        let mut by_emoji: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (position, sprite) in gallery.sprites().iter().enumerate() {
            if let Some(emoji) = sprite.emoji {
                by_emoji.entry(emoji).or_default().push(position);
            }
        }
        let is_noun = |emoji: &usize| nouns.iter().any(|noun| noun.emoji == *emoji);
        let (nouns, others): (Vec<_>, Vec<_>) = by_emoji.into_iter().partition(|(emoji, _)| is_noun(emoji));
        let positions = |group: Vec<(usize, Vec<usize>)>| group.into_iter().map(|(_, sprites)| sprites).collect();
        Ok(Self { gallery, noun_gallery, nouns: positions(nouns), others: positions(others), config, seed })
    }

    /// Pictures in a batch.
    pub fn batch_size(&self) -> usize {
        self.config.batch_size
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
                self.pair(row, rng)
            })
            .collect::<Result<_, _>>()?;
        let (pictures, captions) = pairs.into_iter().unzip();
        Ok(PairBatch { pictures, captions })
        // ANCHOR_END: pair_batch
    }

    /// Decides what each row of a batch shows, without repetition.
    fn rows(&self, rng: &mut impl Rng) -> Vec<Row<'_>> {
        // ANCHOR: rows
        let size = self.config.batch_size;
        let share = |fraction: f64| (fraction * size as f64).round() as usize;
        let scenes = share(self.config.scene_share).min(size);
        let nouns = share(self.config.noun_share).min(size - scenes).min(self.nouns.len());
        let others = (size - scenes - nouns).min(self.others.len());
        let mut rows: Vec<Row> = (0..scenes).map(|_| Row::Scene).collect();
        for (group, count) in [(&self.nouns, nouns), (&self.others, others)] {
            rows.extend(index::sample(rng, group.len(), count).into_iter().map(|i| Row::Single(&group[i])));
        }
        rows
        // ANCHOR_END: rows
    }

    /// Draws the picture and the caption of one row.
    fn pair(&self, row: &Row, rng: &mut impl Rng) -> Result<(RgbImage, String), DataError> {
        let PairConfig { side, augmentation, .. } = &self.config;
        match row {
            Row::Scene => {
                let scene = Composer::new(&self.noun_gallery, *side, augmentation.clone())?.compose(rng);
                let caption = scene.caption();
                Ok((scene.picture, caption))
            }
            Row::Single(positions) => {
                let position = positions.choose(rng).copied().unwrap_or_default();
                let sprite = &self.gallery.sprites()[position];
                let picture = single_picture(sprite, *side, augmentation, rng);
                Ok((picture, caption_of(sprite, self.config.keyword_probability, rng)))
            }
        }
    }
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
