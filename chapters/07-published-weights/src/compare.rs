//! The first station at which two implementations part.
//!
//! After that place everything differs, so neither the last difference nor the largest says anything. The order matters,
//! and it is the order in which a picture passes the stations.

use candle_core::{DType, Result, Tensor};

use crate::trace::{Trace, in_order};

/// What came of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The stations that agree, up to the first that does not.
    pub agreeing: Vec<String>,
    /// The largest difference among those, as a share of a tensor's largest value.
    pub widest: f64,
    /// The first station that differs, and how.
    pub parting: Option<(String, Difference)>,
}

/// How two tensors of the same name differ.
#[derive(Debug, Clone, PartialEq)]
pub enum Difference {
    /// Already in their shapes.
    Shapes {
        /// The shape of the one.
        left: Vec<usize>,
        /// The shape of the other.
        right: Vec<usize>,
    },
    /// In their values; the place is where they are furthest apart.
    Values {
        /// In the flattened tensor.
        place: usize,
        /// Both values there.
        values: (f64, f64),
        /// How far they are apart.
        distance: f64,
        /// The largest absolute value of the second tensor.
        largest: f64,
    },
}

impl Difference {
    /// Compares two tensors, value by value. What is not a number differs from everything.
    ///
    /// # Errors
    /// When a tensor cannot be read.
    pub fn between(left: &Tensor, right: &Tensor) -> Result<Self> {
        if left.dims() != right.dims() {
            return Ok(Self::Shapes { left: left.dims().to_vec(), right: right.dims().to_vec() });
        }
        let values = |tensor: &Tensor| tensor.to_dtype(DType::F64)?.flatten_all()?.to_vec1::<f64>();
        let (mut place, mut worst, mut distance, mut largest) = (0, (0.0, 0.0), 0.0, 0.0);
        for (here, (ours, theirs)) in values(left)?.into_iter().zip(values(right)?).enumerate() {
            largest = f64::max(largest, theirs.abs());
            let apart = (ours - theirs).abs();
            let apart = if apart.is_nan() { f64::INFINITY } else { apart };
            if apart > distance {
                (place, worst, distance) = (here, (ours, theirs), apart);
            }
        }
        Ok(Self::Values { place, values: worst, distance, largest })
    }

    /// The distance as a share of the largest value: 0 for equal tensors, infinite for other shapes, and where one has a number
    /// and the other has none, or an infinite one.
    pub fn share(&self) -> f64 {
        match self {
            Self::Shapes { .. } => f64::INFINITY,
            Self::Values { distance, .. } if *distance == 0.0 => 0.0,
            Self::Values { distance, .. } if distance.is_infinite() => f64::INFINITY, // the largest value may be, too
            Self::Values { distance, largest, .. } => distance / largest,
        }
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Shapes { left, right } => write!(f, "shape {left:?} in one and {right:?} in the other"),
            Self::Values { place, values: (left, right), .. } => {
                write!(f, "{:.1e} of its largest value ({left:.6} against {right:.6} at place {place})", self.share())
            }
        }
    }
}

/// Walks through the stations that both traces have, in the order of the way, up to the first whose [`Difference::share`] is
/// above `tolerance`.
///
/// # Errors
/// When a tensor cannot be read.
pub fn first_difference(left: &Trace, right: &Trace, tolerance: f64) -> Result<Comparison> {
    // ANCHOR: first_difference
    let mut names: Vec<String> = left.keys().filter(|name| right.contains_key(*name)).cloned().collect();
    in_order(&mut names);
    let (mut agreeing, mut widest) = (Vec::new(), 0.0);
    for name in names {
        let difference = Difference::between(&left[&name], &right[&name])?;
        if difference.share() > tolerance {
            return Ok(Comparison { agreeing, widest, parting: Some((name, difference)) });
        }
        widest = f64::max(widest, difference.share());
        agreeing.push(name);
    }
    Ok(Comparison { agreeing, widest, parting: None })
    // ANCHOR_END: first_difference
}
