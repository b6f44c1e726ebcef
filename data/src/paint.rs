//! Painting a sprite: resampling it once, smoothly, and blending it over the canvas.
//!
//! ```
//! use data::{Placement, paint};
//! let mut canvas = image::RgbImage::new(100, 100);
//! let square = image::RgbaImage::from_pixel(64, 64, image::Rgba([255, 0, 0, 255]));
//! let bounds = paint(&mut canvas, &square, &Placement::centred(0.5));
//! assert_eq!(bounds.to_pixels(100, 100), [25, 25, 75, 75]);
//! assert_eq!(canvas.get_pixel(50, 50).0, [255, 0, 0]);
//! ```

use std::borrow::Cow;

use image::{RgbImage, RgbaImage};

use crate::{
    BoundingBox, Placement,
    layer::{Layer, Premultiplied},
};

/// Paints a sprite on a canvas and returns the smallest box around what it covered there: the pixels whose opacity is
/// above half of the sprite's strongest (above 0.5 for an ordinary sprite).
///
/// Parts outside the canvas are cut off. A sprite that covers nothing gives a box without area at its centre.
pub fn paint(canvas: &mut RgbImage, sprite: &RgbaImage, placement: &Placement) -> BoundingBox {
    // ANCHOR: paint
    let (width, height) = canvas.dimensions();
    let side = placement.size * width.min(height) as f32;
    let centre = (placement.centre_x * width as f32, placement.centre_y * height as f32);
    let stamp = Stamp::new(&Layer::from_sprite(sprite), placement, side, centre);
    stamp.press(canvas, 0, 0);
    match stamp.tight_box(width, height) {
        Some(pixels) => pixels.as_fractions(width, height),
        None => BoundingBox {
            y_min: placement.centre_y,
            x_min: placement.centre_x,
            y_max: placement.centre_y,
            x_max: placement.centre_x,
        },
    }
    // ANCHOR_END: paint
}

/// A sprite resampled to canvas pixels, ready to be pressed onto the canvas.
pub(crate) struct Stamp {
    left: i32,
    top: i32,
    width: usize,
    pixels: Vec<Premultiplied>,
}

/// Pixel rectangle; `right` and `bottom` are one past the last pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PixelBox {
    pub left: i32,
    pub top: i32,
    pub right: i32,
    pub bottom: i32,
}

impl PixelBox {
    pub fn moved(self, right: i32, down: i32) -> Self {
        Self { left: self.left + right, top: self.top + down, right: self.right + right, bottom: self.bottom + down }
    }

    fn area(self) -> i32 {
        (self.right - self.left).max(0) * (self.bottom - self.top).max(0)
    }

    /// The part of the smaller of two boxes that the other covers.
    pub fn overlap_of_smaller(self, other: &Self) -> f32 {
        let shared = Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        };
        shared.area() as f32 / self.area().min(other.area()).max(1) as f32
    }

    pub fn as_fractions(self, width: u32, height: u32) -> BoundingBox {
        BoundingBox {
            y_min: self.top as f32 / height as f32,
            x_min: self.left as f32 / width as f32,
            y_max: self.bottom as f32 / height as f32,
            x_max: self.right as f32 / width as f32,
        }
    }
}

impl Stamp {
    /// Resamples a layer. `side` is the sprite's side and `centre` its middle `(x, y)`, in canvas pixels.
    pub fn new(layer: &Layer, placement: &Placement, side: f32, centre: (f32, f32)) -> Self {
        // ANCHOR: stamp
        let to_canvas @ [[xx, xy], [yx, yy]] = placement.matrix(side);
        let Some(to_sprite) = inverse(to_canvas) else {
            return Self { left: 0, top: 0, width: 0, pixels: Vec::new() }; // squashed to nothing
        };
        let level = matching_resolution(layer, (xx * yy - xy * yx).abs().sqrt());
        let (half_width, half_height) = (level.width as f32 / 2.0, level.height as f32 / 2.0); // in the layer's pixels
        let reach_x = (xx.abs() * half_width + xy.abs() * half_height) * level.texel;
        let reach_y = (yx.abs() * half_width + yy.abs() * half_height) * level.texel;
        let (left, right) = ((centre.0 - reach_x).floor() as i32, (centre.0 + reach_x).ceil() as i32);
        let (top, bottom) = ((centre.1 - reach_y).floor() as i32, (centre.1 + reach_y).ceil() as i32);
        let [[xx, xy], [yx, yy]] = to_sprite.map(|row| row.map(|entry| entry / level.texel)); // canvas → layer, in pixels
        let mut pixels = Vec::with_capacity(((right - left) * (bottom - top)) as usize);
        for y in top..bottom {
            let from_centre_y = y as f32 + 0.5 - centre.1; // the middle of the pixel
            for x in left..right {
                let from_centre_x = x as f32 + 0.5 - centre.0;
                let layer_x = xx * from_centre_x + xy * from_centre_y + half_width;
                let layer_y = yx * from_centre_x + yy * from_centre_y + half_height;
                pixels.push(level.sample(layer_x, layer_y));
            }
        }
        Self { left, top, width: (right - left) as usize, pixels }
        // ANCHOR_END: stamp
    }

    /// The smallest box around the pixels above half of the strongest opacity, within a canvas of that size.
    pub fn tight_box(&self, canvas_width: u32, canvas_height: u32) -> Option<PixelBox> {
        let canvas = PixelBox { left: 0, top: 0, right: canvas_width as i32, bottom: canvas_height as i32 };
        self.tight_box_within(canvas)
    }

    /// The smallest box wherever the stamp lies, also outside the canvas.
    pub fn whole_box(&self) -> Option<PixelBox> {
        self.tight_box_within(PixelBox { left: i32::MIN, top: i32::MIN, right: i32::MAX, bottom: i32::MAX })
    }

    fn tight_box_within(&self, limits: PixelBox) -> Option<PixelBox> {
        // ANCHOR: tight_box
        let threshold = self.pixels.iter().map(|pixel| pixel[3]).fold(0.0, f32::max) / 2.0;
        let mut tight: Option<PixelBox> = None;
        for (row, y) in self.pixels.chunks_exact(self.width.max(1)).zip(self.top..) {
            if y < limits.top || y >= limits.bottom {
                continue;
            }
            let covered = |(pixel, x): (&Premultiplied, i32)| {
                (pixel[3] > threshold && x >= limits.left && x < limits.right).then_some(x)
            };
            let Some(first) = row.iter().zip(self.left..).find_map(covered) else { continue };
            let last = row.iter().zip(self.left..).filter_map(covered).last().unwrap_or(first);
            let so_far = tight.unwrap_or(PixelBox { left: first, top: y, right: last + 1, bottom: y + 1 });
            tight = Some(PixelBox {
                left: so_far.left.min(first),
                top: so_far.top,
                right: so_far.right.max(last + 1),
                bottom: y + 1,
            });
        }
        tight
        // ANCHOR_END: tight_box
    }

    /// Blends the stamp over the canvas, moved by whole pixels.
    pub fn press(&self, canvas: &mut RgbImage, right: i32, down: i32) {
        // ANCHOR: press
        let (left, top) = (self.left + right, self.top + down);
        let before = |start: i32| start.max(0) as usize; // canvas pixels before the stamp begins
        let cut_off = |start: i32| (-start).max(0) as usize; // stamp pixels before the canvas begins
        let stamp_rows = self.pixels.chunks_exact(self.width.max(1)).skip(cut_off(top));
        for (stamp_row, canvas_row) in stamp_rows.zip(canvas.rows_mut().skip(before(top))) {
            let stamp_row = stamp_row.iter().skip(cut_off(left));
            for (above, below) in stamp_row.zip(canvas_row.skip(before(left))) {
                for channel in 0..3 {
                    let blended = 255.0 * above[channel] + (1.0 - above[3]) * f32::from(below[channel]);
                    below[channel] = (blended + 0.5) as u8; // rounds; `as` saturates at 255
                }
            }
        }
        // ANCHOR_END: press
    }
}

/// Halves the layer until one of its pixels is about as large as one of the canvas's: bilinear sampling looks at four
/// neighbours only, so a sharper layer would flicker.
fn matching_resolution(layer: &Layer, canvas_pixels_per_side: f32) -> Cow<'_, Layer> {
    let mut level = Cow::Borrowed(layer);
    while level.texel * canvas_pixels_per_side < std::f32::consts::FRAC_1_SQRT_2 && level.width.max(level.height) > 1 {
        level = Cow::Owned(level.halved());
    }
    level
}

/// The inverse of a 2×2 matrix, or nothing when it squashes the plane.
fn inverse([[xx, xy], [yx, yy]]: [[f32; 2]; 2]) -> Option<[[f32; 2]; 2]> {
    let determinant = xx * yy - xy * yx;
    determinant.is_normal().then(|| [[yy / determinant, -xy / determinant], [-yx / determinant, xx / determinant]])
}
