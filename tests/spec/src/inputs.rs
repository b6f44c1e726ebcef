//! Where the inputs of specifications come from: the chosen device, seeded generators, and proptest strategies.

use candle_core::{DType, Device, Result, Shape, Tensor, Var};
use foundations::Params;
use foundations::random::{generator, normal};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::Drawn;

/// The device that `VLM_DEVICE` names: specifications run where the course runs.
///
/// # Panics
/// When there is no such device; the message says what to do.
pub fn device() -> Device {
    foundations::device().unwrap_or_else(|error| panic!("{error}"))
}

/// The device for tests in double precision: [`device`], or the CPU where the GPU has no doubles (Metal).
pub fn device_f64() -> Device {
    match device() {
        metal if metal.is_metal() => Device::Cpu,
        other => other,
    }
}

/// Standard normal numbers, f32: the same for the same seed, for ever.
pub fn random(shape: impl Into<Shape>, seed: u64) -> Tensor {
    normal(shape, 0.0, 1.0, DType::F32, &device(), &mut generator(seed, "spec")).expect("a device that holds f32")
}

/// Standard normal numbers, f64, on [`device_f64`]: for gradient checks and exact arithmetic.
pub fn random_f64(shape: impl Into<Shape>, seed: u64) -> Tensor {
    normal(shape, 0.0, 1.0, DType::F64, &device_f64(), &mut generator(seed, "spec")).expect("a device that holds f64")
}

/// `matrix` with `value` in every `step`th column, from the first on.
///
/// # Errors
/// When `matrix` is not a matrix of f32.
pub fn with_columns(matrix: &Tensor, step: usize, value: f32) -> Result<Tensor> {
    let mut rows = matrix.to_vec2::<f32>()?;
    for row in &mut rows {
        row.iter_mut().step_by(step).for_each(|number| *number = value);
    }
    Tensor::new(rows, matrix.device())
}

/// Moves every parameter away from where initialisation puts it. Zero biases and unit scales hide mistakes: a forgotten
/// bias looks right as long as it is zero.
pub fn perturb(params: &Params, size: f64, seed: u64) {
    let noise = |name: &str, variable: &Var| {
        normal(variable.shape(), 0.0, size, variable.dtype(), variable.device(), &mut generator(seed, name))
    };
    for (name, variable) in params.all() {
        let moved = noise(&name, &variable).and_then(|noise| variable.set(&(variable.as_tensor().detach() + noise)?));
        moved.unwrap_or_else(|error| panic!("{name} cannot be moved: {error}"));
    }
}

/// How many inputs proptest tries. It tries the same ones in every run, so that what failed fails again until it is
/// mended; set `PROPTEST_RNG_SEED` for others. No regression files are written: a failure prints its input.
pub fn cases(cases: u32) -> ProptestConfig {
    let mut config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(1);
    }
    config
}

/// A proptest strategy: f32 tensors of one shape with numbers between −3 and 3. A failure shrinks towards zeros.
pub fn tensors(shape: impl Into<Shape>) -> impl Strategy<Value = Drawn> {
    tensors_within(shape, 3.0)
}

/// Like [`tensors`], with numbers between `−limit` and `limit`.
pub fn tensors_within(shape: impl Into<Shape>, limit: f32) -> impl Strategy<Value = Drawn> {
    let shape = shape.into();
    proptest::collection::vec(-limit..limit, shape.elem_count()).prop_map(move |values| {
        Drawn(Tensor::from_vec(values, shape.clone(), &device()).expect("as many values as the shape holds"))
    })
}
