//! Specification of RMSNorm.

use candle_core::{D, DType, Device, Result, Tensor};
use foundations::Params;
use gemma_masking::{RmsNorm, rms_norm, rms_norm_plain};
use spec::proptest::prelude::*;
use spec::{assert_close, assert_finite, assert_gradients_match, device, random, random_f64, tensors};

const EPS: f64 = 1e-6;

/// What both the fused and the readable form must satisfy is asked of both.
type Norm = fn(&Tensor, &Tensor, f64) -> Result<Tensor>;
const FORMS: [Norm; 2] = [rms_norm, rms_norm_plain];

/// The vector (3, 4) has mean square 12.5; the second weight, 1, doubles its feature.
#[test]
fn a_vector_is_divided_by_its_root_mean_square_and_stretched() -> Result<()> {
    let x = Tensor::new(&[[3f32, 4.0]], &device())?;
    let weight = Tensor::new(&[0f32, 1.0], &device())?;
    let rms = 12.5f32.sqrt();
    let expected = Tensor::new(&[[3.0 / rms, 2.0 * 4.0 / rms]], &device())?;
    let sentence = "x / √(mean(x²) + eps) · (1 + w)";
    for norm in FORMS {
        assert_close(&norm(&x, &weight, EPS)?, &expected, 1e-5, sentence);
    }
    Ok(())
}

/// Every token is normalised on its own: the mean is over its features, the last dimension.
#[test]
fn tokens_do_not_mix() -> Result<()> {
    let (x, weight) = (random((2, 3, 5), 1), random(5, 2));
    for norm in FORMS {
        let one_by_one = norm(&x.reshape((6, 5))?, &weight, EPS)?.reshape((2, 3, 5))?;
        assert_close(&norm(&x, &weight, EPS)?, &one_by_one, 1e-6, "[2, 3, 5] holds six tokens of five features");
    }
    Ok(())
}

/// Gemma stores the stretch as a difference from one: zero leaves the vector, minus one silences it.
#[test]
fn the_stretch_is_one_plus_the_weight() -> Result<()> {
    let x = random((3, 8), 1);
    for norm in FORMS {
        let silent = norm(&x, &Tensor::full(-1f32, 8, &device())?, EPS)?;
        assert_close(&silent, &x.zeros_like()?, 0.0, "a weight of −1 silences every feature (1 + w = 0)");
        let plain = norm(&x, &Tensor::zeros(8, DType::F32, &device())?, EPS)?;
        let rms = plain.sqr()?.mean(D::Minus1)?.sqrt()?;
        assert_close(&rms, &rms.ones_like()?, 1e-4, "a weight of 0 leaves vectors with a root mean square of one");
    }
    Ok(())
}

/// The mean is *not* subtracted: a constant vector becomes ones. (Layer normalisation would make it zeros.)
#[test]
fn the_mean_is_kept() -> Result<()> {
    let x = Tensor::full(5f32, (1, 6), &device())?;
    for norm in FORMS {
        let y = norm(&x, &Tensor::zeros(6, DType::F32, &device())?, EPS)?;
        assert_close(&y, &y.ones_like()?, 1e-5, "a constant vector becomes ones, since RMSNorm keeps the mean");
    }
    Ok(())
}

/// With x = 0.001 everywhere and eps = 1e-6, the root is √(1e-6 + 1e-6), not 1e-3 + 1e-6. With eps = 3e-6 it is
/// √(4e-6) = 0.002.
#[test]
fn eps_stands_inside_the_root() -> Result<()> {
    let x = Tensor::full(1e-3f32, (1, 4), &device())?;
    for norm in FORMS {
        for (eps, size) in [(EPS, 0.5f32.sqrt()), (3e-6, 0.5)] {
            let y = norm(&x, &Tensor::zeros(4, DType::F32, &device())?, eps)?;
            let expected = Tensor::full(size, (1, 4), &device())?;
            assert_close(&y, &expected, 1e-4, "eps is added to the mean square, under the root");
        }
    }
    Ok(())
}

/// Squares of such numbers still fit into f32, and no vector is divided by zero.
#[test]
fn zero_and_huge_vectors_stay_finite() -> Result<()> {
    let weight = Tensor::zeros(4, DType::F32, &device())?;
    for norm in FORMS {
        let zero = norm(&Tensor::zeros((1, 4), DType::F32, &device())?, &weight, EPS)?;
        assert_close(&zero, &zero.zeros_like()?, 0.0, "a zero vector stays zero");
        let huge = norm(&Tensor::new(&[[1e4f32, -1e4, 1e4, 1e4]], &device())?, &weight, EPS)?;
        assert_finite(&huge, "numbers of ±10,000 are normalised without overflow");
    }
    Ok(())
}

/// In f16 the square of 300 is infinite, so the norm must be computed in f32: in f16 and in bf16 the result is that of
/// f32, rounded once, at the end.
#[test]
fn half_precision_is_widened_before_squaring() -> Result<()> {
    let x = Tensor::full(300f32, (1, 4), &Device::Cpu)?.to_dtype(DType::F16)?;
    let y = rms_norm(&x, &Tensor::zeros(4, DType::F16, &Device::Cpu)?, EPS)?;
    assert_eq!(y.dtype(), DType::F16, "the result has the type of the input");
    assert_close(&y, &y.ones_like()?, 1e-3, "300 in f16 becomes 1: its square must be taken in f32");
    let x = Tensor::new(&[[1f32, 3.0, 5.0, 7.0, 9.0, 11.0, 13.0, 15.0]], &Device::Cpu)?;
    let weight = Tensor::new(&[0.001f32, 0.3, -0.2, 0.7, 0.05, -0.6, 0.4, 0.1], &Device::Cpu)?;
    for half in [DType::F16, DType::BF16] {
        let (x, weight) = (x.to_dtype(half)?, weight.to_dtype(half)?);
        let wide = rms_norm(&x.to_dtype(DType::F32)?, &weight.to_dtype(DType::F32)?, EPS)?;
        let sentence = format!("{half:?} in and out, and f32 on the whole way, the stretch 1 + w included");
        assert_close(&rms_norm(&x, &weight, EPS)?, &wide.to_dtype(half)?, 0.0, &sentence);
    }
    Ok(())
}

/// Backward agrees with finite differences, for the input and for the weight.
#[test]
fn gradients_match_finite_differences() {
    let inputs = [random_f64((2, 5), 3), random_f64(5, 4)];
    let weighting = random_f64((2, 5), 5);
    for norm in FORMS {
        let loss = |x: &[Tensor]| (norm(&x[0], &x[1], EPS)? * &weighting)?.sum_all();
        assert_gradients_match(loss, &inputs, "RMSNorm passes the right gradient to its input and its weight");
    }
}

/// Near zero the norm is steep: its slope is 1/√eps, a thousand. (Chapter 04's zero start runs into this.)
#[test]
fn the_slope_at_zero_is_one_over_the_root_of_eps() -> Result<()> {
    let x = candle_core::Var::zeros((1, 3), DType::F64, &spec::device_f64())?;
    let y = rms_norm(&x, &Tensor::zeros(3, DType::F64, &spec::device_f64())?, EPS)?;
    let gradients = y.sum_all()?.backward()?;
    let slope = gradients.get(&x).expect("a gradient for the input");
    assert_close(
        slope,
        &slope.ones_like()?.affine(1000.0, 0.0)?,
        1e-9,
        "the slope of RMSNorm at a zero vector is 1/√eps",
    );
    Ok(())
}

/// The layer starts with the weight that changes nothing.
#[test]
fn the_layer_starts_without_a_stretch() -> Result<()> {
    let params = Params::new(1, DType::F32, &device());
    let layer = RmsNorm::new(4, EPS, params.builder().pp("norm"))?;
    let weight = params.get("norm.weight")?;
    assert_close(&weight, &weight.zeros_like()?, 0.0, "norm.weight starts at zero, since it is a difference from one");
    let x = random((2, 4), 1);
    assert_close(&layer.forward(&x)?, &rms_norm(&x, &weight, EPS)?, 0.0, "the layer applies its weight");
    Ok(())
}

proptest! {
    #![proptest_config(spec::cases(32))]

    /// Only the direction of a vector counts.
    #[test]
    fn scaling_the_input_changes_nothing(x in tensors((2, 6)), scale in 0.5f64..50.0) {
        let x = (x + 4.0)?; // away from zero, where eps matters
        let weight = random(6, 2);
        let (once, scaled) = (rms_norm(&x, &weight, EPS)?, rms_norm(&(&x * scale)?, &weight, EPS)?);
        assert_close(&scaled, &once, 1e-5, "c · x is normalised to the same vector as x");
        assert_close(&rms_norm(&x.neg()?, &weight, EPS)?, &once.neg()?, 1e-6, "−x is normalised to the opposite vector");
    }

    /// The fused operator and the readable composition agree.
    #[test]
    fn fused_and_plain_agree(x in tensors((2, 3, 5)), seed in 0u64..1000) {
        let weight = random(5, seed);
        assert_close(&rms_norm(&x, &weight, EPS)?, &rms_norm_plain(&x, &weight, EPS)?, 1e-5, "both forms give the same numbers");
    }
}
