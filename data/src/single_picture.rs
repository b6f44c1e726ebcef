//! One sprite on a plain background: what the contrastive phase looks at.

use image::{Rgb, RgbImage};
use rand::Rng;

use crate::{
    Augmentation, Sprite,
    augmentation::{either_way, happens},
    paint::Stamp,
};

/// The background of pictures that are not varied, and behind transparent pictures that people give us.
pub const LIGHT_GREY: Rgb<u8> = Rgb([230, 230, 230]);

/// Paints one sprite on a plain background. [`Augmentation::NONE`] centres it on light grey at nine tenths of the picture.
///
/// ```
/// # fn main() -> Result<(), data::DataError> {
/// use data::{Augmentation, EmojiSet, single_picture};
/// use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
/// let gallery = EmojiSet::load()?.training();
/// let mut rng = ChaCha8Rng::seed_from_u64(7);
/// let picture = single_picture(&gallery.sprites()[0], 96, &Augmentation::TRAINING, &mut rng);
/// assert_eq!(picture.dimensions(), (96, 96));
/// # Ok(())
/// # }
/// ```
pub fn single_picture(sprite: &Sprite, side: u32, augmentation: &Augmentation, rng: &mut impl Rng) -> RgbImage {
    // ANCHOR: single_picture
    let background = if happens(augmentation.background, rng) { random_colour(rng) } else { LIGHT_GREY };
    let mut picture = RgbImage::from_pixel(side, side, background);
    let (smallest, largest) = augmentation.size;
    let size = smallest + (largest - smallest) * rng.random::<f32>();
    let pose = augmentation.pose(sprite, size, rng);
    let layer = augmentation.vary(sprite, rng);
    let room = augmentation.place * (1.0 - size).max(0.0) / 2.0;
    let centre = [(); 2].map(|()| (0.5 + either_way(room, rng)) * side as f32);
    Stamp::new(&layer, &pose, size * side as f32, centre.into()).press(&mut picture, 0, 0);
    picture
    // ANCHOR_END: single_picture
}

/// Any colour.
pub(crate) fn random_colour(rng: &mut impl Rng) -> Rgb<u8> {
    Rgb(rng.random())
}
