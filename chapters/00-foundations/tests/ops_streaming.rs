//! Streaming a weight gives what widening it and multiplying gives, in every type that weights are stored in.

mod ops_twins;

use candle_core::{DType, Device, Result, Tensor, Var};
use foundations::ops::{self, plain, streaming};
use ops_twins::{any_layout, normal};
use proptest::prelude::*;

fn any_stored_type() -> impl Strategy<Value = DType> {
    prop_oneof![Just(DType::F32), Just(DType::BF16), Just(DType::F16)]
}

fn numbers(x: &Tensor) -> Result<Vec<f64>> {
    x.to_dtype(DType::F64)?.flatten_all()?.to_vec1::<f64>()
}

/// The furthest that a sum in f32 can be from the true one. A sum of `n` products, taken in any order, is off by at most
/// `n · unit · Σ |w·x|` (Higham 2002, §3.1), where a unit is half of `f32::EPSILON`; the bias is one more term, and one more
/// unit is the rounding of the twin's result. `sizes` are the sums of absolute products.
fn assert_within_rounding(ours: &Tensor, right: &Tensor, sizes: &Tensor, terms: usize) -> Result<()> {
    let unit = f64::from(f32::EPSILON) / 2.0;
    for ((ours, right), size) in numbers(ours)?.into_iter().zip(numbers(right)?).zip(numbers(sizes)?) {
        let allowed = (terms + 2) as f64 * unit * size;
        assert!((ours - right).abs() <= allowed, "{ours} should be {right} to within {allowed:e}");
    }
    Ok(())
}

/// The product in f64 of what is stored, and the same with all signs positive.
fn right_and_sizes(x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<(Tensor, Tensor)> {
    let [x, weight, bias] = [x, weight, bias].map(|tensor| tensor.to_dtype(DType::F64));
    let (x, weight, bias) = (x?, weight?, bias?);
    let sizes = plain::linear(&x.abs()?, &weight.abs()?, Some(&bias.abs()?))?;
    Ok((plain::linear(&x, &weight, Some(&bias))?, sizes))
}

proptest! {
    #![proptest_config(ops_twins::cases(64))]

    /// Few rows and many, short weights and long ones, in order or not.
    #[test]
    fn it_equals_its_readable_twin(
        (rows, inputs, outputs) in (1usize..12, 1usize..1200, 1usize..150),
        stored in any_stored_type(),
        layout in any_layout(),
        seed: u64,
    ) {
        let x = normal(seed, "x", &[rows, inputs]).to_dtype(DType::F32)?;
        let weight = normal(seed, "weight", &[outputs, inputs]).to_dtype(stored)?;
        let bias = normal(seed, "bias", &[outputs]).to_dtype(stored)?;
        let (right, sizes) = right_and_sizes(&x, &weight, &bias)?;
        let ours = streaming::linear(&layout.of(&x)?, &layout.of(&weight)?, Some(&layout.of(&bias)?))?;
        prop_assert_eq!(ours.dims(), &[rows, outputs]);
        assert_within_rounding(&ours, &right, &sizes, inputs)?;
    }
}

/// More blocks than one in both directions, more rows than are transposed at a time, and a batch dimension.
#[test]
fn a_large_product_equals_its_readable_twin() -> Result<()> {
    let x = normal(1, "x", &[3, 7, 2100]).to_dtype(DType::F32)?;
    let weight = normal(1, "weight", &[130, 2100]).to_dtype(DType::BF16)?;
    let bias = normal(1, "bias", &[130]).to_dtype(DType::BF16)?;
    let (right, sizes) = right_and_sizes(&x, &weight, &bias)?;
    let ours = streaming::linear(&x, &weight, Some(&bias))?;
    assert_eq!(ours.dims(), [3, 7, 130]);
    assert_within_rounding(&ours, &right, &sizes, 2100)
}

/// A row's result does not depend on which rows stand beside it, nor on the number of cores: answers must be repeatable.
#[test]
fn the_number_of_cores_changes_nothing() -> Result<()> {
    let weight = normal(2, "weight", &[300, 700]).to_dtype(DType::BF16)?;
    for rows in [1, 3, 9] {
        let x = normal(2, "x", &[rows, 700]).to_dtype(DType::F32)?;
        let on = |cores: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(cores).build().expect("a pool of threads");
            pool.install(|| streaming::linear(&x, &weight, None))?.flatten_all()?.to_vec1::<f32>()
        };
        assert_eq!(on(1)?, on(3)?, "{rows} rows");
    }
    Ok(())
}

/// Activations in half precision come back in half precision, rounded once at the end.
#[test]
fn the_result_has_the_type_of_the_input() -> Result<()> {
    let x = normal(3, "x", &[2, 40]).to_dtype(DType::BF16)?;
    let weight = normal(3, "weight", &[5, 40]).to_dtype(DType::BF16)?;
    let ours = streaming::linear(&x, &weight, None)?;
    assert_eq!(ours.dtype(), DType::BF16);
    let wide = streaming::linear(&x.to_dtype(DType::F32)?, &weight, None)?;
    assert_eq!(numbers(&ours)?, numbers(&wide.to_dtype(DType::BF16)?)?);
    Ok(())
}

/// Who learns goes another way, and every gradient arrives: from a weight in half precision, too.
#[test]
fn nothing_that_learns_is_streamed() -> Result<()> {
    let x = Var::from_tensor(&normal(4, "x", &[1, 6]).to_dtype(DType::F32)?)?;
    let weight = Var::from_tensor(&normal(4, "weight", &[3, 6]).to_dtype(DType::BF16)?)?;
    let bias = Var::from_tensor(&normal(4, "bias", &[3]).to_dtype(DType::BF16)?)?;
    assert!(!streaming::reads(&x, &weight.detach()) && !streaming::reads(&x.detach(), &weight));
    let frozen = ops::linear(&x.detach(), &weight.detach(), Some(bias.as_tensor()))?;
    assert!(frozen.sum_all()?.backward()?.get(&bias).is_some(), "a bias that learns alone must get its gradient");
    let gradients = ops::linear(&x, &weight, Some(bias.as_tensor()))?.sum_all()?.backward()?;
    for (name, variable) in [("x", &x), ("weight", &weight), ("bias", &bias)] {
        assert!(gradients.get(variable).is_some(), "{name} got no gradient");
    }
    Ok(())
}

/// A CPU widens half precision, and leaves alone what it can compute with: gradient checks need their f64.
#[test]
fn only_half_precision_is_widened() {
    for (stored, computed) in
        [(DType::BF16, DType::F32), (DType::F16, DType::F32), (DType::F32, DType::F32), (DType::F64, DType::F64)]
    {
        assert_eq!(ops::working_type(stored, &Device::Cpu), computed, "{stored:?} is computed in the wrong type");
    }
}

/// The one decision: half precision always, single precision for a few rows, double precision never.
#[test]
fn few_rows_and_small_numbers_are_streamed() -> Result<()> {
    let zeros = |shape: &[usize], dtype| Tensor::zeros(shape, dtype, &Device::Cpu);
    let reads = |rows: usize, stored| -> Result<bool> {
        let of_x = if stored == DType::F64 { DType::F64 } else { DType::F32 };
        Ok(streaming::reads(&zeros(&[rows, 8], of_x)?, &zeros(&[5, 8], stored)?))
    };
    if std::env::var("VLM_OPS").as_deref() == Ok("plain") {
        assert!(!reads(1, DType::BF16)?, "VLM_OPS=plain switches it off");
        return Ok(());
    }
    assert!(reads(1, DType::BF16)? && reads(100, DType::F16)? && reads(1, DType::F32)?);
    assert!(reads(4, DType::F32)? && !reads(5, DType::F32)?, "more rows in f32 are what the fused layer is for");
    assert!(!reads(1, DType::F64)?, "double precision is for gradient checks");
    Ok(())
}

/// Sizes that do not fit, and weights of whole numbers, are refused with both named.
#[test]
fn what_does_not_fit_is_refused() -> Result<()> {
    let x = Tensor::zeros((2, 3), DType::F32, &Device::Cpu)?;
    let message = |weight: &Tensor| streaming::linear(&x, weight, None).expect_err("nonsense").to_string();
    let wide = message(&Tensor::zeros((4, 5), DType::BF16, &Device::Cpu)?);
    assert!(wide.contains("[2, 3]") && wide.contains('5'), "unhelpful message: {wide}");
    let whole = message(&Tensor::zeros((4, 3), DType::U32, &Device::Cpu)?);
    assert!(whole.contains("U32"), "unhelpful message: {whole}");
    Ok(())
}
