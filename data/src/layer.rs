//! A sprite while it is being varied and painted: premultiplied floating-point pixels.
//!
//! Premultiplied means that red, green and blue are already weighted by opacity. Averages are then right without
//! dividing, transparent pixels cannot bleed their hidden colour, and a colour matrix still works.

use image::{Rgba, RgbaImage};

/// Red, green, blue (each at most the opacity) and opacity, in 0..=1.
pub(crate) type Premultiplied = [f32; 4];

/// A picture with transparency. Positions are measured from its middle in sprite sides: a fresh sprite reaches from
/// −½ to ½ whatever its resolution.
#[derive(Clone)]
pub(crate) struct Layer {
    pub width: usize,
    pub height: usize,
    /// Side of one pixel, as a fraction of the sprite's side.
    pub texel: f32,
    pub pixels: Vec<Premultiplied>, // row by row
}

impl Layer {
    /// Reads a sprite; its longer side becomes 1.
    pub fn from_sprite(sprite: &RgbaImage) -> Self {
        let (width, height) = (sprite.width() as usize, sprite.height() as usize);
        let texel = 1.0 / width.max(height).max(1) as f32;
        Self { width, height, texel, pixels: sprite.pixels().map(premultiplied).collect() }
    }

    /// The pixel at a place, transparent outside.
    pub fn at(&self, x: isize, y: isize) -> Premultiplied {
        if x < 0 || y < 0 || x >= self.width as isize || y >= self.height as isize {
            return [0.0; 4];
        }
        self.pixels[y as usize * self.width + x as usize]
    }

    /// The pixel at a place and its neighbours to the right, below, and both.
    #[inline]
    fn square(&self, x: isize, y: isize) -> [Premultiplied; 4] {
        if x >= 0 && y >= 0 && x + 1 < self.width as isize && y + 1 < self.height as isize {
            let start = y as usize * self.width + x as usize;
            let (upper, lower) = (&self.pixels[start..start + 2], &self.pixels[start + self.width..][..2]);
            return [upper[0], upper[1], lower[0], lower[1]]; // nearly always: one check instead of four
        }
        [self.at(x, y), self.at(x + 1, y), self.at(x, y + 1), self.at(x + 1, y + 1)]
    }

    /// Half the resolution: every pixel is the average of four.
    pub fn halved(&self) -> Self {
        // ANCHOR: halved
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height as isize {
            for x in 0..width as isize {
                let four = self.square(2 * x, 2 * y);
                pixels.push(std::array::from_fn(|channel| four.iter().map(|pixel| pixel[channel]).sum::<f32>() / 4.0));
            }
        }
        Self { width, height, texel: 2.0 * self.texel, pixels }
        // ANCHOR_END: halved
    }

    /// The same picture with transparent pixels added on every side.
    pub fn padded(&self, margin: usize) -> Self {
        let (width, height) = (self.width + 2 * margin, self.height + 2 * margin);
        let mut pixels = vec![[0.0; 4]; width * height];
        for (y, row) in self.pixels.chunks_exact(self.width).enumerate() {
            let start = (y + margin) * width + margin;
            pixels[start..start + self.width].copy_from_slice(row);
        }
        Self { width, height, texel: self.texel, pixels }
    }

    /// Bilinear interpolation between the four pixels around a place, given in pixels from the top left corner.
    #[inline]
    pub fn sample(&self, x: f32, y: f32) -> Premultiplied {
        // ANCHOR: sample
        let (x, y) = (x - 0.5, y - 0.5); // pixel centres lie at halves
        let (left, top) = (x.floor(), y.floor());
        let (to_right, to_bottom) = (x - left, y - top);
        let [upper_left, upper_right, lower_left, lower_right] = self.square(left as isize, top as isize);
        let upper = between(upper_left, upper_right, to_right);
        let lower = between(lower_left, lower_right, to_right);
        between(upper, lower, to_bottom)
        // ANCHOR_END: sample
    }
}

/// A pixel of a file, whose colours are not weighted.
pub(crate) fn premultiplied(pixel: &Rgba<u8>) -> Premultiplied {
    let [red, green, blue, alpha] = pixel.0.map(|level| f32::from(level) / 255.0);
    [red * alpha, green * alpha, blue * alpha, alpha]
}

/// The colour that lies `share` of the way from one to the other.
#[inline]
fn between(from: Premultiplied, to: Premultiplied, share: f32) -> Premultiplied {
    std::array::from_fn(|channel| from[channel] + share * (to[channel] - from[channel]))
}
