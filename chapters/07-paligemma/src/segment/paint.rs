//! A mask of 64 × 64 becomes pixels of a picture.

use image::imageops::{FilterType, resize};
use image::{ImageBuffer, Luma, Rgb, RgbImage};
use published_weights::PixelBox;

use super::decoder::MASK_SIDE;
use crate::draw::colour;

/// More of a pixel than this belongs to the thing: then the pixel does.
const HALF: f32 = 0.5;

/// Which pixels of a picture belong to a thing: as large as its box, which stands at `left`, `top`.
#[derive(Debug, Clone, PartialEq)]
pub struct Mask {
    left: u32,
    top: u32,
    share: ImageBuffer<Luma<f32>, Vec<f32>>,
}

/// Stretches a mask over its box, with the bilinear filter as in big_vision. A box without pixels has none to give.
///
/// # Shapes
/// `mask`: 64 · 64 numbers from 0 to 1, row by row; `None` if there are fewer.
pub fn mask_in_picture(mask: Vec<f32>, place: &PixelBox) -> Option<Mask> {
    let side = MASK_SIDE as u32;
    let (width, height) = (place.right - place.left, place.bottom - place.top);
    let square = ImageBuffer::<Luma<f32>, _>::from_raw(side, side, mask)?;
    let share = if width == 0 || height == 0 {
        ImageBuffer::new(0, 0)
    } else {
        resize(&square, width, height, FilterType::Triangle)
    };
    Some(Mask { left: place.left, top: place.top, share })
}

impl Mask {
    /// The pixels of the thing, as x and y in the picture.
    pub fn pixels(&self) -> impl Iterator<Item = (u32, u32)> {
        let inside = self.share.enumerate_pixels().filter(|(_, _, share)| share.0[0] > HALF);
        inside.map(|(x, y, _)| (self.left + x, self.top + y))
    }

    /// Mixes half of the colour of box number `index` into the pixels of the thing.
    pub fn draw(&self, picture: &mut RgbImage, index: usize) {
        let (width, height) = picture.dimensions();
        for (x, y) in self.pixels().filter(|(x, y)| *x < width && *y < height) {
            let Rgb(seen) = *picture.get_pixel(x, y);
            let mixed = std::array::from_fn(|channel| seen[channel].midpoint(colour(index)[channel]));
            picture.put_pixel(x, y, Rgb(mixed));
        }
    }
}
