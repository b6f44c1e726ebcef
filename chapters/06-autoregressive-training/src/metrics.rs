//! Scores: how answers are compared with the truth.

use data::BoundingBox;

/// A running share of successes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    hits: usize,
    total: usize,
}

impl Share {
    /// Counts one more case.
    pub fn count(&mut self, hit: bool) {
        self.hits += usize::from(hit);
        self.total += 1;
    }

    /// The share of hits, 0 when nothing was counted.
    pub fn fraction(&self) -> f64 {
        if self.total == 0 { 0.0 } else { self.hits as f64 / self.total as f64 }
    }

    /// How many cases were counted.
    pub fn total(&self) -> usize {
        self.total
    }
}

/// Do two captions name the same things, whatever the order?
pub fn same_set(caption: &str, truth: &str) -> bool {
    // ANCHOR: same_set
    let names = |caption: &str| {
        let mut names: Vec<String> = caption.split(" and ").map(|name| name.trim().to_owned()).collect();
        names.sort();
        names
    };
    names(caption) == names(truth)
    // ANCHOR_END: same_set
}

/// A thing counts as found when its box overlaps the true one by half or more. (PASCAL VOC asks for more than half.)
pub const LEAST_OVERLAP: f64 = 0.5;

/// How well the boxes of an answer cover the one that was asked for: the overlap of the first box with the right name,
/// 0 when there is none.
pub fn box_overlap(answer: &[(String, BoundingBox)], thing: &str, truth: &BoundingBox) -> f64 {
    // ANCHOR: box_overlap
    answer.iter().find(|(name, _)| name == thing).map_or(0.0, |(_, bounds)| f64::from(bounds.iou(truth)))
    // ANCHOR_END: box_overlap
}
