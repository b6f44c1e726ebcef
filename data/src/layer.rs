//! A sprite while it is being varied and painted: premultiplied floating-point pixels.
//!
//! Premultiplied means that red, green and blue are already weighted by opacity. Averages are then right without
//! dividing, transparent pixels cannot bleed their hidden colour, and a colour matrix still works.

use image::RgbaImage;

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
        let premultiply = |pixel: &image::Rgba<u8>| {
            let [red, green, blue, alpha] = pixel.0.map(|level| f32::from(level) / 255.0);
            [red * alpha, green * alpha, blue * alpha, alpha]
        };
        let (width, height) = (sprite.width() as usize, sprite.height() as usize);
        let texel = 1.0 / width.max(height).max(1) as f32;
        Self { width, height, texel, pixels: sprite.pixels().map(premultiply).collect() }
    }

    /// The pixel at a place, transparent outside.
    pub fn at(&self, x: isize, y: isize) -> Premultiplied {
        if x < 0 || y < 0 || x >= self.width as isize || y >= self.height as isize {
            return [0.0; 4];
        }
        self.pixels[y as usize * self.width + x as usize]
    }

    /// Half the resolution: every pixel is the average of four.
    pub fn halved(&self) -> Self {
        // ANCHOR: halved
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height as isize {
            for x in 0..width as isize {
                let four = [
                    self.at(2 * x, 2 * y),
                    self.at(2 * x + 1, 2 * y),
                    self.at(2 * x, 2 * y + 1),
                    self.at(2 * x + 1, 2 * y + 1),
                ];
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

    /// Bilinear interpolation at a position measured from the middle in sprite sides.
    pub fn sample(&self, x: f32, y: f32) -> Premultiplied {
        // ANCHOR: sample
        let column = x / self.texel + self.width as f32 / 2.0 - 0.5; // pixel centres lie at halves
        let row = y / self.texel + self.height as f32 / 2.0 - 0.5;
        let (left, top) = (column.floor(), row.floor());
        let (right_weight, bottom_weight) = (column - left, row - top);
        let (left, top) = (left as isize, top as isize);
        let corners = [self.at(left, top), self.at(left + 1, top), self.at(left, top + 1), self.at(left + 1, top + 1)];
        let weights = [
            (1.0 - right_weight) * (1.0 - bottom_weight),
            right_weight * (1.0 - bottom_weight),
            (1.0 - right_weight) * bottom_weight,
            right_weight * bottom_weight,
        ];
        std::array::from_fn(|channel| (0..4).map(|corner| weights[corner] * corners[corner][channel]).sum())
        // ANCHOR_END: sample
    }
}
