//! Composing scenes: a few different things on a plain background, with exact boxes.

use std::{collections::BTreeMap, sync::Arc};

use image::RgbImage;
use rand::{Rng, seq::index};

use crate::{
    Augmentation, DataError, Gallery, Scene, SceneObject, Sprite,
    layer::Layer,
    paint::{PixelBox, Stamp},
    single_picture::random_colour,
};

/// Most objects in one scene.
pub const MOST_OBJECTS: usize = 3;
/// Of the smaller of two boxes, how much the other may cover.
pub const MOST_OVERLAP: f32 = 0.1;
/// Sprite side as a fraction of the canvas in scenes of two or three objects.
const SIZE_AMONG_OTHERS: (f32, f32) = (0.30, 0.50);
/// Sprite side as a fraction of the canvas in scenes of one object.
const SIZE_ALONE: (f32, f32) = (0.35, 0.70);
/// Below this, sprites are a handful of pixels.
const SMALLEST_SIDE: u32 = 16;
/// Places to try before an object is made a little smaller.
const TRIES: usize = 24;

/// Draws scenes from a gallery. It only holds what it draws from; the generator passed to [`Composer::compose`] decides
/// everything else.
///
/// Scenes need sprites that are nouns, so make the gallery with [`Gallery::nouns_only`]: their captions are then the plain
/// words that questions and answers use.
///
/// ```
/// # fn main() -> Result<(), data::DataError> {
/// use data::{Augmentation, Composer, EmojiSet};
/// use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
/// let emojis = EmojiSet::load()?;
/// let gallery = emojis.held_out().nouns_only(emojis.nouns());
/// let composer = Composer::new(&gallery, 96, Augmentation::NONE)?;
/// let scene = composer.compose(&mut ChaCha8Rng::seed_from_u64(1));
/// assert!((1..=3).contains(&scene.objects.len()));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Composer<'a> {
    sprites_of_noun: Vec<(usize, Vec<&'a Sprite>)>,
    vocabulary: Arc<[String]>,
    side: u32,
    augmentation: Augmentation,
}

impl<'a> Composer<'a> {
    /// Prepares to draw scenes of `side`×`side` pixels from the gallery's nouns.
    ///
    /// Of the augmentation, scenes use what changes a sprite itself; sizes, places and backgrounds of scenes are always
    /// random.
    ///
    /// # Errors
    /// When the gallery has fewer than [`MOST_OBJECTS`] different nouns, or the side is tiny.
    pub fn new(gallery: &'a Gallery, side: u32, augmentation: Augmentation) -> Result<Self, DataError> {
        let mut by_noun: BTreeMap<usize, Vec<&Sprite>> = BTreeMap::new();
        for sprite in gallery.sprites() {
            if let Some(noun) = sprite.noun {
                by_noun.entry(noun).or_default().push(sprite);
            }
        }
        if by_noun.len() < MOST_OBJECTS {
            return Err(DataError::TooFewNouns { needed: MOST_OBJECTS, found: by_noun.len() });
        }
        if side < SMALLEST_SIDE {
            return Err(DataError::SmallCanvas { side, least: SMALLEST_SIDE });
        }
        let vocabulary = by_noun.values().map(|sprites| sprites[0].caption.clone()).collect();
        Ok(Self { sprites_of_noun: by_noun.into_iter().collect(), vocabulary, side, augmentation })
    }

    /// Draws one scene: one, two or three different nouns, equally often.
    pub fn compose(&self, rng: &mut impl Rng) -> Scene {
        // ANCHOR: compose
        let mut picture = RgbImage::from_pixel(self.side, self.side, random_colour(rng));
        let count = rng.random_range(1..=MOST_OBJECTS);
        let (smallest, largest) = if count == 1 { SIZE_ALONE } else { SIZE_AMONG_OTHERS };
        let mut taken: Vec<PixelBox> = Vec::new();
        let mut objects = Vec::new();
        for chosen in index::sample(rng, self.sprites_of_noun.len(), count) {
            let (noun, sprites) = &self.sprites_of_noun[chosen];
            let sprite = sprites[rng.random_range(0..sprites.len())];
            let layer = self.augmentation.vary(sprite, rng);
            let size = rng.random_range(smallest..largest);
            let bounds = self.place(sprite, &layer, size, &taken, &mut picture, rng);
            taken.push(bounds);
            let bounds = bounds.as_fractions(self.side, self.side);
            objects.push(SceneObject { noun: *noun, name: sprite.caption.clone(), bounds });
        }
        Scene::new(picture, objects, Arc::clone(&self.vocabulary))
        // ANCHOR_END: compose
    }

    /// Paints an object where it overlaps the others by little and returns its box. When no place is found, the object
    /// becomes a little smaller until there is one.
    fn place(
        &self,
        sprite: &Sprite,
        layer: &Layer,
        mut size: f32,
        taken: &[PixelBox],
        picture: &mut RgbImage,
        rng: &mut impl Rng,
    ) -> PixelBox {
        // ANCHOR: place
        loop {
            let pose = self.augmentation.pose(sprite, size, rng);
            let stamp = Stamp::new(layer, &pose, size * self.side as f32, (0.0, 0.0));
            let tight = stamp.whole_box().filter(|bounds| self.fits(bounds));
            for _ in 0..TRIES {
                let Some(tight) = tight else { break };
                let (right, down) = self.random_move(&tight, rng);
                let bounds = tight.moved(right, down);
                if taken.iter().all(|other| bounds.overlap_of_smaller(other) <= MOST_OVERLAP) {
                    stamp.press(picture, right, down);
                    return bounds;
                }
            }
            size *= 0.9;
        }
        // ANCHOR_END: place
    }

    fn fits(&self, bounds: &PixelBox) -> bool {
        let side = self.side as i32;
        bounds.right - bounds.left <= side && bounds.bottom - bounds.top <= side
    }

    /// How far `(right, down)` to move a box that fits, to a uniformly random place wholly inside the canvas.
    fn random_move(&self, bounds: &PixelBox, rng: &mut impl Rng) -> (i32, i32) {
        let side = self.side as i32;
        let (room_x, room_y) = (side - (bounds.right - bounds.left), side - (bounds.bottom - bounds.top));
        (rng.random_range(0..=room_x) - bounds.left, rng.random_range(0..=room_y) - bounds.top)
    }
}
