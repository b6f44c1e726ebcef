//! Linear changes of colour: hue, saturation, contrast and brightness as one 3×3 matrix and an offset.

use crate::layer::{Layer, Premultiplied};

/// How much red, green and blue add to perceived brightness (ITU-R BT.601).
const LUMA: [f32; 3] = [0.299, 0.587, 0.114];

type Matrix = [[f32; 3]; 3];

/// `new = matrix · old + offset`, for colours in 0..=1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ColourChange {
    matrix: Matrix,
    offset: f32,
}

impl ColourChange {
    /// Turns the hue by `hue` radians, scales saturation and contrast, and adds `brightness`.
    pub fn new(hue: f32, saturation: f32, contrast: f32, brightness: f32) -> Self {
        // ANCHOR: colour_change
        let turned = multiply(&saturate(saturation), &turn_hue(hue));
        let matrix = turned.map(|row| row.map(|entry| contrast * entry));
        Self { matrix, offset: 0.5 * (1.0 - contrast) + brightness } // contrast pivots about middle grey
        // ANCHOR_END: colour_change
    }

    /// Changes every pixel. On premultiplied colours the offset is weighted by opacity too.
    pub fn apply(&self, layer: &mut Layer) {
        // ANCHOR: apply_colour_change
        for pixel in &mut layer.pixels {
            let [red, green, blue, alpha]: Premultiplied = *pixel;
            for (channel, [from_red, from_green, from_blue]) in self.matrix.iter().enumerate() {
                let changed = from_red * red + from_green * green + from_blue * blue + self.offset * alpha;
                pixel[channel] = changed.clamp(0.0, alpha);
            }
        }
        // ANCHOR_END: apply_colour_change
    }
}

/// Rotation about the grey diagonal of the colour cube (Rodrigues' formula with axis (1, 1, 1)/√3).
fn turn_hue(angle: f32) -> Matrix {
    let (sin, cos) = angle.sin_cos();
    let share = (1.0 - cos) / 3.0;
    let side = sin / 3.0_f32.sqrt();
    [
        [cos + share, share - side, share + side],
        [share + side, cos + share, share - side],
        [share - side, share + side, cos + share],
    ]
}

/// Moves colours away from (above 1) or towards (below 1) the grey of the same brightness; 0 is that grey.
fn saturate(amount: f32) -> Matrix {
    std::array::from_fn(|row| {
        std::array::from_fn(|column| (1.0 - amount) * LUMA[column] + if row == column { amount } else { 0.0 })
    })
}

fn multiply(left: &Matrix, right: &Matrix) -> Matrix {
    std::array::from_fn(|row| {
        std::array::from_fn(|column| (0..3).map(|inner| left[row][inner] * right[inner][column]).sum())
    })
}
