//! What the specifications of this chapter share.
#![allow(dead_code)] // every file of specifications compiles its own copy and uses a part of it

use candle_core::backprop::GradStore;
use candle_core::{DType, Device, Result, Tensor, Var};

/// What a specification returns: any error fails it.
pub type Outcome = std::result::Result<(), Box<dyn std::error::Error>>;

/// The device under test: `VLM_DEVICE` decides.
pub fn device() -> Device {
    foundations::device().expect("VLM_DEVICE must name a device of this machine")
}

/// A tensor of normal numbers that depends on nothing but `seed`.
pub fn normal(seed: u64, shape: &[usize], dtype: DType) -> Tensor {
    let rng = &mut foundations::random::generator(seed, "spec");
    foundations::random::normal(shape, 0.0, 1.0, dtype, &device(), rng).expect("a standard normal always exists")
}

/// A variable of normal numbers.
pub fn variable(seed: u64, shape: &[usize]) -> Var {
    Var::from_tensor(&normal(seed, shape, DType::F32)).expect("a tensor can become a variable")
}

/// Gradients that are exactly the given ones: those of `Σ variable · gradient`.
pub fn gradients(pairs: &[(&Var, &Tensor)]) -> Result<GradStore> {
    let products = pairs.iter().map(|(variable, gradient)| (variable.as_tensor() * *gradient)?.sum_all());
    Tensor::stack(&products.collect::<Result<Vec<_>>>()?, 0)?.sum_all()?.backward()
}

/// All numbers of a tensor, in reading order.
pub fn numbers(tensor: &Tensor) -> Vec<f64> {
    let flat = tensor.to_dtype(DType::F64).and_then(|tensor| tensor.flatten_all());
    flat.and_then(|flat| flat.to_vec1()).expect("tensors of this specification hold floating-point numbers")
}

/// A number that equals only itself, to the bit: −0 is not 0, and NaN is NaN.
#[derive(Clone, Copy)]
pub struct Exactly(f32);

impl PartialEq for Exactly {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl std::fmt::Debug for Exactly {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The numbers of an `f32` tensor, for claims of the form "equal to the bit".
pub fn bits(tensor: &Tensor) -> Vec<Exactly> {
    let values: Vec<f32> = tensor.flatten_all().and_then(|flat| flat.to_vec1()).expect("an f32 tensor");
    values.into_iter().map(Exactly).collect()
}

/// The largest absolute difference between two tensors of one shape; infinite when the shapes differ, or one has a NaN.
pub fn distance(a: &Tensor, b: &Tensor) -> f64 {
    if a.dims() != b.dims() {
        return f64::INFINITY;
    }
    let differences = numbers(a).into_iter().zip(numbers(b)).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, |largest: f64, found| if found.is_nan() { f64::INFINITY } else { largest.max(found) })
}

/// How many inputs proptest tries: the same ones in every run, so that what failed fails again until it is mended.
pub fn cases(cases: u32) -> proptest::test_runner::Config {
    let rng_seed = proptest::test_runner::RngSeed::Fixed(1);
    proptest::test_runner::Config { cases, rng_seed, failure_persistence: None, ..Default::default() }
}
