//! Numbers as a picture: one pixel each, blue where they are high, orange below zero, see-through at zero. On a light
//! and on a dark ground the same picture is readable.

use image::{Rgba, RgbaImage};

const POSITIVE: [u8; 3] = [0, 114, 178];
const NEGATIVE: [u8; 3] = [213, 94, 0];

/// A heat map of rows of equal length; `most` is shown in full colour.
pub fn heat_map(rows: &[Vec<f32>], most: f32) -> RgbaImage {
    let columns = rows.first().map_or(0, Vec::len);
    RgbaImage::from_fn(columns as u32, rows.len() as u32, |x, y| {
        let share = (rows[y as usize][x as usize] / most).clamp(-1.0, 1.0);
        let [red, green, blue] = if share < 0.0 { NEGATIVE } else { POSITIVE };
        Rgba([red, green, blue, (share.abs() * 255.0).round() as u8])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_shows_the_ground_and_the_most_is_full() {
        let map = heat_map(&[vec![0.0, 2.0, -4.0]], 2.0);
        assert_eq!([0, 1, 2].map(|x| map.get_pixel(x, 0).0[3]), [0, 255, 255]);
        assert_ne!(map.get_pixel(1, 0), map.get_pixel(2, 0));
    }
}
