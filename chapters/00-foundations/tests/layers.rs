//! Linear, layer norm and embedding: closed forms, invariances, and gradients that arrive.

mod common;

use candle_core::{DType, Device, Tensor};
use common::{Outcome, device, distance, normal, numbers};
use foundations::gradient_check::gradient_error;
use foundations::{Embedding, LayerNorm, Linear, Params};
use proptest::prelude::*;

fn params(dtype: DType) -> Params {
    Params::new(1, dtype, &device())
}

/// Two inputs, three outputs, by hand: the weight's rows are the outputs.
#[test]
fn linear_multiplies_by_the_rows_of_its_weight() -> Outcome {
    let params = params(DType::F32);
    let layer = Linear::new(2, 3, params.builder())?;
    params.set("weight", &Tensor::new(&[[1f32, 2.0], [3.0, 4.0], [5.0, 6.0]], &device())?)?;
    params.set("bias", &Tensor::new(&[0.5f32, 0.0, -1.0], &device())?)?;
    let y = layer.forward(&Tensor::new(&[[10f32, 1.0]], &device())?)?; // [1, 3]
    assert_eq!(numbers(&y), [12.5, 34.0, 55.0], "10·1 + 1·2 + 0.5, 10·3 + 1·4, 10·5 + 1·6 − 1");
    Ok(())
}

/// Xavier keeps the size of what passes through: the weight's variance is `2 / (in + out)`, and the bias starts at zero.
#[test]
fn linear_starts_at_xavier_with_a_zero_bias() -> Outcome {
    let params = params(DType::F32);
    Linear::new(150, 50, params.builder())?;
    let weight = numbers(&params.get("weight")?);
    let variance = weight.iter().map(|w| w * w).sum::<f64>() / weight.len() as f64;
    assert!((variance - 0.01).abs() < 0.0008, "variance {variance} instead of 2 / 200");
    assert_eq!(numbers(&params.get("bias")?), vec![0.0; 50]);
    Ok(())
}

/// Every layer hands gradients to its parameters and to whatever comes before it: candle's own layer norm would not.
#[test]
fn gradients_arrive_at_parameters_and_inputs() -> Outcome {
    let params = params(DType::F32);
    let embedding = Embedding::new(5, 4, 0.5, params.builder().pp("embedding"))?;
    let norm = LayerNorm::new(4, 1e-6, params.builder().pp("norm"))?;
    let linear = Linear::new(4, 3, params.builder().pp("linear"))?;
    let ids = Tensor::new(&[[0u32, 1, 2], [3, 4, 0]], &device())?; // [2, 3]
    let y = linear.forward(&norm.forward(&embedding.forward(&ids)?)?)?; // [2, 3, 3]
    let gradients = (y * normal(2, &[2, 3, 3], DType::F32))?.sum_all()?.backward()?;
    for (name, variable) in params.all() {
        let gradient = gradients.get(&variable).ok_or(format!("no gradient reached {name}"))?;
        let size: f64 = numbers(gradient).iter().map(|g| g.abs()).sum();
        assert!(size.is_finite() && size > 1e-3, "the gradient of {name} has size {size}");
    }
    Ok(())
}

/// Through all three layers, `backward()` agrees with finite differences.
#[test]
fn gradients_agree_with_finite_differences() -> Outcome {
    let params = Params::new(1, DType::F64, &Device::Cpu);
    let norm = LayerNorm::new(4, 1e-6, params.builder().pp("norm"))?;
    let linear = Linear::new(4, 3, params.builder().pp("linear"))?;
    let (x, weights) = (normal(1, &[2, 2, 4], DType::F64), normal(2, &[2, 2, 3], DType::F64));
    let error = gradient_error(
        |inputs| (linear.forward(&norm.forward(&inputs[0])?)? * &weights)?.sum_all(),
        &[x.to_device(&Device::Cpu)?],
    )?;
    assert!(error < 1e-7, "backward() is off by {error}");
    Ok(())
}

/// A row of equal numbers has variance zero; the answer is the bias, and not 0/0.
#[test]
fn a_constant_row_is_normalised_to_the_bias() -> Outcome {
    let layer = LayerNorm::new(3, 1e-6, params(DType::F32).builder())?;
    for value in [0f32, 1.0, 1e4, -1e4] {
        let y = layer.forward(&Tensor::full(value, (2, 3), &device())?)?;
        assert!(numbers(&y).iter().all(|v| v.abs() < 1e-2), "a row of {value} became {:?}", numbers(&y));
    }
    Ok(())
}

/// Numbers of one million still come out with mean 0 and variance 1: the mean is subtracted before squaring.
#[test]
fn large_numbers_are_normalised_as_well_as_small_ones() -> Outcome {
    let layer = LayerNorm::new(4, 1e-6, params(DType::F32).builder())?;
    let y = layer.forward(&Tensor::new(&[[1_000_001f32, 1_000_002.0, 1_000_003.0, 1_000_004.0]], &device())?)?;
    let expected = [-1.341_641, -0.447_214, 0.447_214, 1.341_641]; // (k − 2.5) / √1.25
    for (found, expected) in numbers(&y).into_iter().zip(expected) {
        assert!((found - expected).abs() < 1e-3, "{found} instead of {expected}");
    }
    Ok(())
}

/// An eps of 3 beside a variance of 1: both stand below the root, and √(1 + 3) is 2.
#[test]
fn layer_norm_adds_its_own_eps_to_the_variance() -> Outcome {
    let layer = LayerNorm::new(2, 3.0, params(DType::F32).builder())?;
    let y = layer.forward(&Tensor::new(&[[3f32, 1.0]], &device())?)?; // mean 2, variance 1
    for (found, expected) in numbers(&y).into_iter().zip([0.5, -0.5]) {
        assert!((found - expected).abs() < 1e-6, "±1 / √(1 + 3) should be {expected}, not {found}");
    }
    Ok(())
}

/// An id selects a row; ids of any shape are welcome.
#[test]
fn an_id_selects_its_row() -> Outcome {
    let params = params(DType::F32);
    let table = Embedding::new(4, 2, 1.0, params.builder())?;
    params.set("weight", &Tensor::new(&[[0f32, 1.0], [10.0, 11.0], [20.0, 21.0], [30.0, 31.0]], &device())?)?;
    let rows = table.forward(&Tensor::new(&[[3u32, 0], [1, 1]], &device())?)?;
    assert_eq!(rows.dims(), [2, 2, 2], "ids [2, 2] select rows of two numbers");
    assert_eq!(numbers(&rows), [30.0, 31.0, 0.0, 1.0, 10.0, 11.0, 10.0, 11.0], "rows 3, 0, 1 and 1");
    let row = table.forward(&Tensor::new(3u32, &device())?)?;
    assert_eq!(row.dims(), [2], "one id, [], selects one row of two numbers");
    assert_eq!(numbers(&row), [30.0, 31.0], "row 3");
    let rows = table.forward(&Tensor::new(&[[[3u32], [0]], [[1], [1]]], &device())?)?;
    assert_eq!(rows.dims(), [2, 2, 1, 2], "ids [2, 2, 1] select rows of two numbers");
    Ok(())
}

/// A word that occurs three times learns from all three places, one that does not occur learns nothing.
#[test]
fn a_row_learns_once_for_every_occurrence() -> Outcome {
    let params = params(DType::F32);
    let table = Embedding::new(3, 2, 1.0, params.builder())?;
    let gradients = table.forward(&Tensor::new(&[0u32, 2, 0, 0], &device())?)?.sum_all()?.backward()?;
    let gradient = gradients.get(&params.get("weight")?).ok_or("no gradient")?;
    assert_eq!(numbers(gradient), [3.0, 3.0, 0.0, 0.0, 1.0, 1.0], "row 0 was used three times, row 1 never");
    Ok(())
}

/// An id outside of the vocabulary is an error, not another word's row.
#[test]
fn an_id_outside_of_the_vocabulary_is_an_error() -> Outcome {
    let params = params(DType::F32);
    let table = Embedding::new(3, 2, 1.0, params.builder())?;
    params.set("weight", &Tensor::new(&[[10f32, 11.0], [20.0, 21.0], [30.0, 31.0]], &device())?)?;
    if device().is_cpu() {
        let rows = table.forward(&Tensor::new(&[3u32], &device())?).map(|rows| numbers(&rows));
        assert!(rows.is_err(), "a table of three rows has no row 3, and this came out: {rows:?}");
    }
    Ok(())
}

/// Wrong widths are errors that name the shapes, not silent broadcasts.
#[test]
fn inputs_of_the_wrong_width_are_errors() -> Outcome {
    let x = normal(1, &[2, 5], DType::F32);
    assert!(Linear::new(4, 3, params(DType::F32).builder())?.forward(&x).is_err(), "linear");
    assert!(LayerNorm::new(4, 1e-6, params(DType::F32).builder())?.forward(&x).is_err(), "layer norm");
    assert!(LayerNorm::new(1, 1e-6, params(DType::F32).builder())?.forward(&x).is_err(), "layer norm of width one");
    Ok(())
}

proptest! {
    #![proptest_config(common::cases(24))]

    /// Leading dimensions are only a way of arranging rows.
    #[test]
    fn linear_treats_every_row_alike(seed: u64, a in 1usize..4, b in 1usize..4, width in 1usize..6, out in 1usize..6) {
        let layer = Linear::new(width, out, params(DType::F32).builder())?;
        let x = normal(seed, &[a, b, width], DType::F32);
        let together = layer.forward(&x)?;
        prop_assert_eq!(together.dims(), [a, b, out], "only the last dimension changes");
        let flat = layer.forward(&x.reshape((a * b, width))?)?.reshape((a, b, out))?;
        prop_assert!(distance(&together, &flat) < 1e-6, "rows came out differently in another arrangement");
        let one = layer.forward(&x.narrow(0, a - 1, 1)?.narrow(1, b - 1, 1)?.contiguous()?)?;
        let same = together.narrow(0, a - 1, 1)?.narrow(1, b - 1, 1)?;
        prop_assert!(distance(&one, &same) < 1e-6, "a row on its own came out differently");
        let vector = layer.forward(&x.get(a - 1)?.get(b - 1)?)?;
        prop_assert_eq!(vector.dims(), [out], "a single vector [in] becomes [out]");
        prop_assert!(distance(&vector, &same.reshape(out)?) < 1e-6, "a row without a batch came out differently");
        let deep = layer.forward(&x.unsqueeze(1)?)?;
        prop_assert_eq!(deep.dims(), [a, 1, b, out], "one more leading dimension comes back as it was");
    }

    /// Strides are nobody's business: a transposed view gives what its copy gives.
    #[test]
    fn views_give_what_their_copies_give(seed: u64, rows in 1usize..5, width in 1usize..6) {
        let x = normal(seed, &[width, rows], DType::F32).t()?; // [rows, width], not contiguous
        let copy = x.contiguous()?;
        let linear = Linear::new(width, 3, params(DType::F32).builder())?;
        let norm = LayerNorm::new(width, 1e-6, params(DType::F32).builder())?;
        prop_assert!(distance(&linear.forward(&x)?, &linear.forward(&copy)?) < 1e-6, "linear");
        prop_assert!(distance(&norm.forward(&x)?, &norm.forward(&copy)?) < 1e-6, "layer norm");
    }

    /// Mean 0 and variance 1 in every row.
    #[test]
    fn layer_norm_gives_mean_zero_and_variance_one(seed: u64, rows in 1usize..4, width in 2usize..40) {
        let layer = LayerNorm::new(width, 1e-12, params(DType::F32).builder())?;
        let y = layer.forward(&normal(seed, &[rows, width], DType::F32))?;
        for row in numbers(&y).chunks(width) {
            let mean = row.iter().sum::<f64>() / width as f64;
            let variance = row.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / width as f64;
            prop_assert!(mean.abs() < 1e-5, "mean {mean}");
            prop_assert!((variance - 1.0).abs() < 1e-3, "variance {variance}");
        }
    }

    /// Shifting and stretching a row changes nothing: that is what normalising means.
    #[test]
    fn layer_norm_ignores_shift_and_scale(seed: u64, shift in -5f64..5.0, scale in 0.5f64..20.0) {
        let layer = LayerNorm::new(16, 1e-9, params(DType::F32).builder())?;
        let x = normal(seed, &[3, 16], DType::F32);
        let moved = ((&x * scale)? + shift)?;
        prop_assert!(distance(&layer.forward(&x)?, &layer.forward(&moved)?) < 1e-3, "shift {shift}, scale {scale}");
    }

    /// Each row is normalised on its own: changing one leaves the others to the bit.
    #[test]
    fn layer_norm_keeps_rows_apart(seed: u64) {
        let layer = LayerNorm::new(6, 1e-6, params(DType::F32).builder())?;
        let (x, other) = (normal(seed, &[1, 6], DType::F32), normal(seed.wrapping_add(1), &[1, 6], DType::F32));
        let alone = layer.forward(&x)?;
        let beside = layer.forward(&Tensor::cat(&[&x, &other], 0)?)?.narrow(0, 0, 1)?;
        prop_assert!(distance(&alone, &beside) < 1e-6, "a neighbouring row changed the result");
    }
}
