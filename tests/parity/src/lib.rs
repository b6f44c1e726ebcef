//! Our modules against transformers' outputs for the same weights and inputs, stored in `data/fixtures`.
//!
//! `tests/reference/export.py` made the fixtures; no Python is needed to run the tests. Whatever of a model a beginner's
//! bug could touch (a transposed weight, heads in another order, a scale, a mask, positions, the place of a norm) moves
//! some of these numbers by far more than the tolerance.

use std::path::PathBuf;

use candle_core::{DType, Device, Tensor};
use foundations::checkpoint::TensorFile;

/// Largest difference that two orders of adding f32 numbers may make, as a share of the tensor's largest value.
pub const VALUES: f64 = 1e-5;
/// The same for gradients, which pass all layers twice.
pub const GRADIENTS: f64 = 1e-4;

/// A file or folder among the fixtures.
pub fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/fixtures").join(name)
}

/// What transformers computed.
#[derive(Debug)]
pub struct Expected(TensorFile);

impl Expected {
    /// Opens `expected/NAME.safetensors`.
    ///
    /// # Panics
    /// When it is not there.
    pub fn open(name: &str) -> Self {
        let path = fixture("expected").join(format!("{name}.safetensors"));
        Self(TensorFile::open(&path).expect("the fixtures are complete"))
    }

    /// All names.
    pub fn names(&self) -> Vec<String> {
        self.0.names()
    }

    /// A tensor.
    ///
    /// # Panics
    /// When there is none of that name.
    pub fn tensor(&mut self, name: &str) -> Tensor {
        self.0.tensor(name, &Device::Cpu).expect("the fixtures are complete")
    }

    /// A list of whole numbers.
    ///
    /// # Panics
    /// When the tensor of that name is no such list.
    pub fn numbers(&mut self, name: &str) -> Vec<u32> {
        self.tensor(name).to_vec1().expect("a list of whole numbers")
    }
}

/// The values agree within `tolerance`, as a share of the largest expected value.
///
/// # Panics
/// When they do not, or the shapes differ, or the expected tensor is all zeros and shows nothing.
#[track_caller]
pub fn assert_agrees(name: &str, ours: &Tensor, theirs: &Tensor, tolerance: f64) {
    assert_eq!(ours.dims(), theirs.dims(), "{name}: the shapes differ (left: ours)");
    let (ours, theirs) = (values(ours), values(theirs));
    let largest = theirs.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    assert!(largest > 0.0, "{name}: the expected values are all zero, which shows nothing");
    let differences = ours.iter().zip(&theirs).map(|(ours, theirs)| (ours - theirs).abs());
    let worst = differences.fold(0.0, |worst: f64, next| if next.is_nan() { f64::INFINITY } else { worst.max(next) });
    let error = worst / largest;
    assert!(
        error <= tolerance,
        "{name} is off by {error:.2e} of its largest value, {largest:.3}; allowed is {tolerance:.0e}"
    );
}

fn values(tensor: &Tensor) -> Vec<f64> {
    let flat = tensor.to_dtype(DType::F64).and_then(|tensor| tensor.flatten_all());
    flat.and_then(|flat| flat.to_vec1()).expect("a tensor of numbers")
}
