//! `vlm compare`: the first tensor in which two files differ.

use std::path::Path;

use candle_core::{DType, Device, Tensor};
use foundations::checkpoint::TensorFile;

use crate::args::CompareArgs;
use crate::error::{Result, VlmError};
use crate::trace::in_order;

/// Compares tensor by tensor, in the order in which a picture passes them.
///
/// # Errors
/// When a file cannot be read, they have no name in common, or a tensor differs.
pub fn run(args: &CompareArgs) -> Result<()> {
    if !(args.tolerance.is_finite() && args.tolerance >= 0.0) {
        return Err(VlmError::Combination(format!("--tolerance is {}; give a number from 0 up", args.tolerance)));
    }
    let (mut left, mut right) = (TensorFile::open(&args.left)?, TensorFile::open(&args.right)?);
    let mut names: Vec<String> = left.names().into_iter().filter(|name| right.shape(name).is_some()).collect();
    in_order(&mut names);
    let differ = |difference| differ(&args.left, &args.right, difference);
    if names.is_empty() {
        return Err(differ("they have no tensor of the same name; `vlm inspect --help` lists the names".to_owned()));
    }
    let mut widest = 0.0;
    for (agreeing, name) in names.iter().enumerate() {
        let pair = (left.tensor(name, &Device::Cpu)?, right.tensor(name, &Device::Cpu)?);
        let before = match agreeing {
            0 => "it is the first of all".to_owned(),
            _ => format!("the {agreeing} before it agree, the last of them {}", names[agreeing - 1]),
        };
        if pair.0.dims() != pair.1.dims() {
            let (ours, theirs) = (pair.0.dims(), pair.1.dims());
            return Err(differ(format!("'{name}' has shape {ours:?} in one and {theirs:?} in the other; {before}")));
        }
        let difference = Difference::between(&pair.0, &pair.1)?;
        if difference.share() > args.tolerance {
            return Err(differ(format!("first in '{name}', by {difference}; {before}")));
        }
        widest = f64::max(widest, difference.share());
    }
    println!("all {} tensors agree, within {widest:.1e} of their largest values", names.len());
    Ok(())
}

fn differ(left: &Path, right: &Path, difference: String) -> VlmError {
    VlmError::Differ { left: left.to_owned(), right: right.to_owned(), difference }
}

/// Where two tensors are furthest apart.
struct Difference {
    /// The place, in the flattened tensor.
    place: usize,
    values: (f64, f64),
    distance: f64,
    /// The largest absolute value of the second tensor.
    largest: f64,
}

impl Difference {
    fn between(left: &Tensor, right: &Tensor) -> candle_core::Result<Self> {
        let values = |tensor: &Tensor| tensor.to_dtype(DType::F64)?.flatten_all()?.to_vec1::<f64>();
        let mut worst = Self { place: 0, values: (0.0, 0.0), distance: 0.0, largest: 0.0 };
        for (place, pair) in values(left)?.into_iter().zip(values(right)?).enumerate() {
            worst.largest = worst.largest.max(pair.1.abs());
            let distance = (pair.0 - pair.1).abs();
            let distance = if distance.is_nan() { f64::INFINITY } else { distance };
            if distance > worst.distance {
                worst = Self { place, values: pair, distance, ..worst };
            }
        }
        Ok(worst)
    }

    /// The distance as a share of the largest value.
    fn share(&self) -> f64 {
        if self.distance == 0.0 { 0.0 } else { self.distance / self.largest }
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { place, values: (left, right), .. } = self;
        write!(f, "{:.1e} of its largest value ({left:.6} against {right:.6} at place {place})", self.share())
    }
}
