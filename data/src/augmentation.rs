//! How training pictures are varied, so that four artists stand for more than four.
//!
//! A model that has seen one red apple in four styles can learn the styles by heart. Turning, stretching and recolouring
//! each drawing anew every time makes that useless, and what is left to learn is the thing itself.

use rand::Rng;

use crate::{
    Placement, Sprite,
    colour::ColourChange,
    layer::Layer,
    outline::{outlined, shaved},
};

/// How strongly pictures are varied, one strength for each kind. Fields of kind *chance* are probabilities in 0..=1.
///
/// ```
/// use data::Augmentation;
/// // Everything as in training, with sprites at scene size anywhere in the picture.
/// let small = Augmentation { size: (0.3, 0.7), ..Augmentation::TRAINING };
/// assert_eq!(small.rotation, Augmentation::TRAINING.rotation);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Augmentation {
    /// Smallest and largest sprite side in single pictures, as a fraction of the picture.
    pub size: (f32, f32),
    /// Of the room that is left around the sprite in single pictures, how much may be used: 0 = centred, 1 = up to the edge.
    pub place: f32,
    /// Largest turn either way, in radians.
    pub rotation: f32,
    /// Chance of a mirror image, for sprites that allow it.
    pub mirror: f32,
    /// Largest stretch: 0.2 lets width and height change by up to a factor of 1.2 against each other's favour.
    pub stretch: f32,
    /// Largest lean, as horizontal shift per unit of height.
    pub shear: f32,
    /// Largest turn of the hue either way, in radians: 0.3 keeps red apples red.
    pub hue: f32,
    /// Largest change of saturation, as a fraction of it.
    pub saturation: f32,
    /// Largest change of brightness, as a fraction of white.
    pub brightness: f32,
    /// Largest change of contrast, as a fraction of it.
    pub contrast: f32,
    /// Chance of any hue at all, however wrong.
    pub recolour: f32,
    /// Chance of losing all colour.
    pub grey: f32,
    /// Chance of colours rounded to a few levels.
    pub posterise: f32,
    /// Chance of half the resolution.
    pub blur: f32,
    /// Chance of a dark line drawn around the sprite.
    pub outline: f32,
    /// Chance of shaving off the sprite's rim, and with it an outline that the artist drew. A sprite that is nothing but
    /// rim stays as it is.
    pub shave: f32,
    /// Chance that a single picture's background has any colour at all; otherwise it is light grey.
    pub background: f32,
}

impl Augmentation {
    /// No variation: what evaluations use.
    pub const NONE: Self = Self {
        size: (0.9, 0.9),
        place: 0.0,
        rotation: 0.0,
        mirror: 0.0,
        stretch: 0.0,
        shear: 0.0,
        hue: 0.0,
        saturation: 0.0,
        brightness: 0.0,
        contrast: 0.0,
        recolour: 0.0,
        grey: 0.0,
        posterise: 0.0,
        blur: 0.0,
        outline: 0.0,
        shave: 0.0,
        background: 0.0,
    };

    /// The variation that models are trained with.
    pub const TRAINING: Self = Self {
        size: (0.6, 1.0),
        place: 1.0,
        rotation: 0.25,
        mirror: 0.5,
        stretch: 0.15,
        shear: 0.12,
        hue: 0.25,
        saturation: 0.4,
        brightness: 0.12,
        contrast: 0.25,
        recolour: 0.08,
        grey: 0.08,
        posterise: 0.1,
        blur: 0.1,
        outline: 0.15,
        shave: 0.15,
        background: 0.3,
    };

    /// The same kinds of variation of sprites at `factor` times their strength. What a picture is composed of (size,
    /// place, background) and mirror images stay as they are: they are not too strong, they are what pictures are like.
    ///
    /// ```
    /// use data::Augmentation;
    /// let half = Augmentation::TRAINING.scaled(0.5);
    /// assert_eq!(half.rotation, Augmentation::TRAINING.rotation / 2.0);
    /// assert_eq!(half.size, Augmentation::TRAINING.size);
    /// ```
    #[must_use]
    pub fn scaled(self, factor: f32) -> Self {
        // ANCHOR: scaled_augmentation
        let chance = |chance: f32| (chance * factor).min(1.0);
        Self {
            rotation: self.rotation * factor,
            stretch: self.stretch * factor,
            shear: self.shear * factor,
            hue: self.hue * factor,
            saturation: self.saturation * factor,
            brightness: self.brightness * factor,
            contrast: self.contrast * factor,
            recolour: chance(self.recolour),
            grey: chance(self.grey),
            posterise: chance(self.posterise),
            blur: chance(self.blur),
            outline: chance(self.outline),
            shave: chance(self.shave),
            ..self
        }
        // ANCHOR_END: scaled_augmentation
    }

    /// A fresh version of a sprite's colours and rim.
    pub(crate) fn vary(&self, sprite: &Sprite, rng: &mut impl Rng) -> Layer {
        // ANCHOR: vary
        let mut layer = Layer::from_sprite(&sprite.image);
        if happens(self.shave, rng) {
            let without_rim = shaved(&layer);
            if without_rim.pixels.iter().any(|[.., alpha]| *alpha > 0.0) {
                layer = without_rim; // a drawing of thin lines would vanish, and it stays as it is
            }
        }
        if self.changes_colour() {
            self.colour_change(rng).apply(&mut layer);
        }
        if happens(self.posterise, rng) {
            posterise(&mut layer, rng.random_range(3..=6));
        }
        if happens(self.outline, rng) {
            let shade = rng.random_range(0.0..0.35);
            layer = outlined(&layer, shade, rng.random_range(1..=3));
        }
        if happens(self.blur, rng) {
            layer = layer.halved();
        }
        layer
        // ANCHOR_END: vary
    }

    fn changes_colour(&self) -> bool {
        let strengths = [self.hue, self.saturation, self.brightness, self.contrast, self.recolour, self.grey];
        strengths.iter().any(|&strength| strength > 0.0)
    }

    fn colour_change(&self, rng: &mut impl Rng) -> ColourChange {
        // ANCHOR: colour_change_at_random
        let any_hue = happens(self.recolour, rng);
        let hue = either_way(if any_hue { std::f32::consts::PI } else { self.hue }, rng);
        let grey = happens(self.grey, rng);
        let saturation = if grey { 0.0 } else { 1.0 + either_way(self.saturation, rng) };
        ColourChange::new(hue, saturation, 1.0 + either_way(self.contrast, rng), either_way(self.brightness, rng))
        // ANCHOR_END: colour_change_at_random
    }

    /// A fresh shape for a sprite of the given size, centred; whoever paints chooses the place.
    pub(crate) fn pose(&self, sprite: &Sprite, size: f32, rng: &mut impl Rng) -> Placement {
        // ANCHOR: pose
        Placement {
            rotation: either_way(self.rotation, rng),
            flip: happens(self.mirror, rng) && sprite.may_be_mirrored,
            stretch: (1.0 + self.stretch).sqrt().powf(either_way(1.0, rng)),
            shear: either_way(self.shear, rng),
            ..Placement::centred(size)
        }
        // ANCHOR_END: pose
    }
}

/// Rounds colours to `levels` steps. Opacity stays smooth, or edges would become ragged.
fn posterise(layer: &mut Layer, levels: u32) {
    let top = (levels - 1) as f32;
    for [red, green, blue, alpha] in &mut layer.pixels {
        if *alpha > 0.0 {
            for channel in [red, green, blue] {
                *channel = (*channel / *alpha * top).round() / top * *alpha;
            }
        }
    }
}

pub(crate) fn happens(chance: f32, rng: &mut impl Rng) -> bool {
    rng.random::<f32>() < chance
}

/// Uniform between `-most` and `most`.
pub(crate) fn either_way(most: f32, rng: &mut impl Rng) -> f32 {
    (2.0 * rng.random::<f32>() - 1.0) * most
}
