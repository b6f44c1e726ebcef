//! What the specs of the fused operators share: random inputs, awkward layouts, and the comparison with the readable twin.
#![allow(dead_code)] // a spec may use a part of it

use candle_core::{D, DType, Device, Result, Tensor, Var};
use foundations::random;
use proptest::prelude::*;

/// Standard normal numbers in f64, the same for the same seed and name. They are rounded to f32, so that a comparison
/// between the two types measures the operator and not the rounding of its inputs.
pub fn normal(seed: u64, name: &str, shape: &[usize]) -> Tensor {
    let rng = &mut random::generator(seed, name);
    let numbers = random::normal(shape, 0.0, 1.0, DType::F32, &Device::Cpu, rng).unwrap();
    numbers.to_dtype(DType::F64).unwrap()
}

/// How a tensor lies in memory; its values are the same in each case.
#[derive(Debug, Clone, Copy)]
pub enum MemoryLayout {
    /// Row after row from the start of the storage.
    InOrder,
    /// Row after row, but other numbers come first.
    Offset,
    /// Every second number of the storage.
    Strided,
}

/// Any of the layouts.
pub fn any_layout() -> impl Strategy<Value = MemoryLayout> {
    prop_oneof![Just(MemoryLayout::InOrder), Just(MemoryLayout::Offset), Just(MemoryLayout::Strided)]
}

impl MemoryLayout {
    /// The same tensor, laid out this way, still connected to the graph.
    pub fn of(self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::InOrder => Ok(x.clone()),
            Self::Offset => Tensor::stack(&[x, x], 0)?.narrow(0, 1, 1)?.squeeze(0),
            Self::Strided => Tensor::stack(&[x, x], x.rank())?.narrow(D::Minus1, 1, 1)?.squeeze(D::Minus1),
        }
    }
}

/// The output of `f` on `inputs` in one number type, and the gradient of every input for a random but fixed gradient of
/// the output.
fn values_and_gradients(
    f: &dyn Fn(&[Tensor]) -> Result<Tensor>,
    inputs: &[Tensor],
    layout: MemoryLayout,
    dtype: DType,
) -> Result<Vec<Tensor>> {
    let variables = inputs.iter().map(|x| Var::from_tensor(&x.to_dtype(dtype)?)).collect::<Result<Vec<_>>>()?;
    let placed = variables.iter().map(|x| layout.of(x.as_tensor())).collect::<Result<Vec<_>>>()?;
    let output = f(&placed)?;
    let weights = normal(99, "gradient of the output", output.dims()).to_dtype(dtype)?;
    let gradients = (&output * weights)?.sum_all()?.backward()?;
    let mut all = vec![output.detach()];
    for (index, variable) in variables.iter().enumerate() {
        let gradient = gradients.get(variable).unwrap_or_else(|| panic!("input {index} received no gradient"));
        all.push(gradient.clone());
    }
    Ok(all)
}

/// The largest difference, in units of `max(1, largest number)`.
fn largest_difference(left: &Tensor, right: &Tensor) -> Result<f64> {
    let numbers = |x: &Tensor| x.to_dtype(DType::F64)?.flatten_all()?.to_vec1::<f64>();
    let (left, right) = (numbers(left)?, numbers(right)?);
    let size = right.iter().fold(1f64, |size, x| size.max(x.abs()));
    // NaN on either side makes the sum NaN, which no tolerance accepts.
    let worst = left.iter().zip(&right).fold(0f64, |worst, (l, r)| {
        let difference = (l - r).abs();
        if difference.is_nan() { f64::INFINITY } else { worst.max(difference) }
    });
    Ok(worst / size)
}

/// Values and gradients of `fused` equal those of `plain` computed in f64.
///
/// Tolerance: sums here have at most a few hundred terms of size one, each rounded by half a unit in the last place;
/// 64 units (7.6e-6 in f32, 1.4e-14 in f64) leave room for the few steps in a row that each operator makes.
pub fn assert_twins(
    fused: impl Fn(&[Tensor]) -> Result<Tensor>,
    plain: impl Fn(&[Tensor]) -> Result<Tensor>,
    inputs: &[Tensor],
    layout: MemoryLayout,
) {
    let right = values_and_gradients(&plain, inputs, MemoryLayout::InOrder, DType::F64)
        .unwrap_or_else(|error| panic!("the readable body stops: {error}"));
    for (dtype, unit) in [(DType::F32, f64::from(f32::EPSILON)), (DType::F64, f64::EPSILON)] {
        let ours = values_and_gradients(&fused, inputs, layout, dtype)
            .unwrap_or_else(|error| panic!("the function that chapters call stops: {error}"));
        for (index, (ours, right)) in ours.iter().zip(&right).enumerate() {
            let what =
                if index == 0 { "the output".to_owned() } else { format!("the gradient of input {}", index - 1) };
            assert_eq!(ours.dims(), right.dims(), "{what} has another shape than that of the readable twin");
            let difference = largest_difference(ours, right).unwrap();
            assert!(
                difference <= 64.0 * unit,
                "{what} differs from that of the readable twin by {difference:e} in {dtype:?}"
            );
        }
    }
}

/// How many inputs proptest tries: the same ones in every run, so that what failed fails again until it is mended.
pub fn cases(cases: u32) -> proptest::test_runner::Config {
    let rng_seed = proptest::test_runner::RngSeed::Fixed(1);
    proptest::test_runner::Config { cases, rng_seed, failure_persistence: None, ..Default::default() }
}
