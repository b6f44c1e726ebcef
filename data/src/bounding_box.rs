//! Boxes around things, as fractions of the picture.

/// A rectangle in a picture: 0 is the top or left edge, 1 the bottom or right edge. `y` comes before `x`, as in
/// PaliGemma's location tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoundingBox {
    /// Top edge.
    pub y_min: f32,
    /// Left edge.
    pub x_min: f32,
    /// Bottom edge.
    pub y_max: f32,
    /// Right edge.
    pub x_max: f32,
}

impl BoundingBox {
    /// Height times width, as a fraction of the picture; 0 for a box that is turned inside out.
    pub fn area(&self) -> f32 {
        (self.y_max - self.y_min).max(0.0) * (self.x_max - self.x_min).max(0.0)
    }

    /// Area that both boxes cover.
    pub fn intersection(&self, other: &Self) -> f32 {
        // ANCHOR: intersection
        let shared = Self {
            y_min: self.y_min.max(other.y_min),
            x_min: self.x_min.max(other.x_min),
            y_max: self.y_max.min(other.y_max),
            x_max: self.x_max.min(other.x_max),
        };
        shared.area()
        // ANCHOR_END: intersection
    }

    /// Intersection over union: 1 for equal boxes, 0 for boxes that do not meet or have no area.
    pub fn iou(&self, other: &Self) -> f32 {
        // ANCHOR: iou
        let shared = self.intersection(other);
        let union = self.area() + other.area() - shared;
        if union > 0.0 { shared / union } else { 0.0 }
        // ANCHOR_END: iou
    }

    /// Middle of the box as `(y, x)`.
    pub fn centre(&self) -> (f32, f32) {
        ((self.y_min + self.y_max) / 2.0, (self.x_min + self.x_max) / 2.0)
    }

    /// The box in pixels of a picture of that size: `[y_min, x_min, y_max, x_max]`, rounded, inside the picture.
    pub fn to_pixels(&self, width: u32, height: u32) -> [u32; 4] {
        let pixel = |fraction: f32, side: u32| (fraction.clamp(0.0, 1.0) * side as f32).round() as u32;
        [pixel(self.y_min, height), pixel(self.x_min, width), pixel(self.y_max, height), pixel(self.x_max, width)]
    }
}
