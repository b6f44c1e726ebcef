//! Where and how a sprite is put on a canvas.

/// Position, size and shape of a painted sprite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// Middle of the sprite, as a fraction of the canvas height.
    pub centre_y: f32,
    /// Middle of the sprite, as a fraction of the canvas width.
    pub centre_x: f32,
    /// Side of the sprite, as a fraction of the canvas's shorter side.
    pub size: f32,
    /// Angle in radians, clockwise on the screen.
    pub rotation: f32,
    /// Mirrored left to right.
    pub flip: bool,
    /// Width is multiplied and height divided by this: 1 leaves the sprite as it is.
    pub stretch: f32,
    /// How far the top leans: horizontal shift per unit of height.
    pub shear: f32,
}

impl Placement {
    /// Upright and undistorted in the middle of the canvas.
    pub fn centred(size: f32) -> Self {
        Self { centre_y: 0.5, centre_x: 0.5, size, rotation: 0.0, flip: false, stretch: 1.0, shear: 0.0 }
    }

    /// The linear map from positions in the sprite to positions on the canvas, both `(x, y)` and measured from the
    /// middle: mirror, stretch, shear, rotate, scale.
    ///
    /// # Shapes
    /// `[[xx, xy], [yx, yy]]`, in pixels per sprite side when `side` is the sprite's side in pixels.
    pub(crate) fn matrix(&self, side: f32) -> [[f32; 2]; 2] {
        // ANCHOR: matrix
        let mirror = if self.flip { -1.0 } else { 1.0 };
        let shaped = [[mirror * self.stretch, self.shear / self.stretch], [0.0, 1.0 / self.stretch]];
        let (sin, cos) = self.rotation.sin_cos();
        let rotate = [[cos, -sin], [sin, cos]];
        std::array::from_fn(|row| {
            std::array::from_fn(|column| {
                side * (rotate[row][0] * shaped[0][column] + rotate[row][1] * shaped[1][column])
            })
        })
        // ANCHOR_END: matrix
    }
}
