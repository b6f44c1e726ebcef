//! Boxes drawn into a picture.

use data::BoundingBox;
use image::{Rgb, RgbImage};

/// Colours that are easy to tell apart, on light and on dark: one per box, in turn.
pub const COLOURS: [[u8; 3]; 6] =
    [[230, 60, 50], [40, 120, 220], [20, 150, 90], [210, 120, 0], [150, 70, 190], [0, 150, 170]];

/// The colour of box number `index`.
pub fn colour(index: usize) -> [u8; 3] {
    COLOURS[index % COLOURS.len()]
}

/// Draws the outline of each box, whichever of its corners comes first. Lines grow with the picture, so that they stay
/// visible.
pub fn draw_boxes(picture: &mut RgbImage, boxes: &[(String, BoundingBox)]) {
    // ANCHOR: draw_boxes
    let (width, height) = picture.dimensions();
    let thickness = (width.min(height) / 100).max(1);
    for (index, (_, bounds)) in boxes.iter().enumerate() {
        let [y1, x1, y2, x2] = bounds.to_pixels(width, height);
        let (top, left) = (y1.min(y2), x1.min(x2));
        let (bottom, right) = (y1.max(y2).min(height - 1), x1.max(x2).min(width - 1));
        for y in top..=bottom {
            for x in left..=right {
                let distance = (y - top).min(bottom - y).min(x - left).min(right - x);
                if distance < thickness {
                    picture.put_pixel(x, y, Rgb(colour(index)));
                }
            }
        }
    }
    // ANCHOR_END: draw_boxes
}
