//! Specification of `least_squares`.

use autoregressive_training::least_squares;
use candle_core::{DType, Device, Result, Tensor};
use spec::proptest::prelude::*;
use spec::{assert_close, cases, random};

proptest! {
    #![proptest_config(cases(24))]

    /// Points on a line: the fit finds the line, up to the small penalty.
    #[test]
    fn an_exact_line_is_found(seed in any::<u64>(), into in 1usize..6, out in 1usize..6) {
        let x = random((400, into), seed);
        let (weight, bias) = (random((out, into), seed ^ 1), random(out, seed ^ 2));
        let y = x.matmul(&weight.t()?)?.broadcast_add(&bias)?;
        let line = least_squares(&x, &y)?;
        prop_assert_eq!(line.weight.dims(), &[out, into], "the weight is [out, in]");
        let error = (line.at(&x)? - &y)?.sqr()?.mean_all()?.to_scalar::<f32>()?;
        let size = y.broadcast_sub(&y.mean_keepdim(0)?)?.sqr()?.mean_all()?.to_scalar::<f32>()?;
        prop_assert!(error <= 1e-3 * size + 1e-9, "what is left over is {error} of {size}");
    }

    /// The line goes through the middle of the points, and any other weight fits worse once its size is paid for.
    #[test]
    fn no_other_line_is_better(seed in any::<u64>()) {
        let (x, y) = (random((60, 4), seed), random((60, 3), seed ^ 1));
        let line = least_squares(&x, &y)?;
        let middle = (line.at(&x.mean_keepdim(0)?)? - y.mean_keepdim(0)?)?.abs()?.max_all()?.to_scalar::<f32>()?;
        prop_assert!(middle < 1e-5, "the line misses the middle by {middle}");
        let centred = x.broadcast_sub(&x.mean_keepdim(0)?)?;
        let penalty = 1e-2 * centred.sqr()?.sum_all()?.to_scalar::<f32>()? as f64 / 60.0 / 4.0;
        let cost = |weight: &Tensor| -> Result<f64> {
            let left = (centred.matmul(&weight.t()?)? - y.broadcast_sub(&y.mean_keepdim(0)?)?)?;
            let left = left.to_dtype(DType::F64)?.sqr()?.sum_all()?.to_scalar::<f64>()? / 60.0;
            Ok(left + penalty * weight.to_dtype(DType::F64)?.sqr()?.sum_all()?.to_scalar::<f64>()?)
        };
        let best = cost(&line.weight)?;
        for other in 0..4 {
            let change = (random((3, 4), seed ^ (10 + other)) * 0.05)?;
            let cost = cost(&(&line.weight + change)?)?;
            prop_assert!(cost > best, "another line costs {cost}, ours {best}");
        }
    }
}

/// Three points on a line whose slope is 1/5: the ridge is a hundredth of the average variance, whatever the unit of `x`.
/// Two features that have nothing to do with each other have the variances 100 and 1, so the ridge is 0.505 for both.
#[test]
fn the_penalty_grows_with_the_variance() -> Result<()> {
    let x = Tensor::new(&[[0f32], [10.0], [20.0]], &spec::device())?;
    let y = Tensor::new(&[[1f32], [3.0], [5.0]], &spec::device())?;
    let weight = least_squares(&x, &y)?.weight;
    spec::assert_number(
        &weight.squeeze(0)?.squeeze(0)?,
        0.2 / 1.01,
        1e-5,
        "the weight of the exact line, divided by 1.01",
    );
    let x = Tensor::new(&[[0f32, 0.0], [20.0, 0.0], [0.0, 2.0], [20.0, 2.0]], &spec::device())?;
    let y = Tensor::new(&[[0f32], [4.0], [6.0], [10.0]], &spec::device())?; // x₁ / 5 + 3 · x₂
    let expected = Tensor::new(&[[20.0 / 100.505f32, 3.0 / 1.505]], &spec::device())?;
    let sentence = "covariances 20 and 3, over the variances 100 and 1 with a hundredth of their mean added";
    assert_close(&least_squares(&x, &y)?.weight, &expected, 1e-5, sentence);
    Ok(())
}

/// A feature that never varies gets no weight, instead of an infinite one.
#[test]
fn a_constant_feature_is_no_trouble() -> Result<()> {
    let x = Tensor::cat(&[random((50, 1), 1), Tensor::ones((50, 1), DType::F32, &spec::device())?], 1)?;
    let line = least_squares(&x, &(x.narrow(1, 0, 1)? * 3.0)?)?;
    let weight = line.weight.to_vec2::<f32>()?;
    assert!((weight[0][0] - 3.0).abs() < 0.05 && weight[0][1].abs() < 1e-6, "{weight:?}");
    Ok(())
}

/// The same answer in double precision.
#[test]
fn the_type_is_kept() -> Result<()> {
    let (x, y) = (random((30, 3), 1), random((30, 2), 2));
    let single = least_squares(&x, &y)?;
    let (x, y) = (x.to_device(&Device::Cpu)?.to_dtype(DType::F64)?, y.to_device(&Device::Cpu)?.to_dtype(DType::F64)?);
    let double = least_squares(&x, &y)?;
    assert_eq!((single.weight.dtype(), double.weight.dtype()), (DType::F32, DType::F64));
    assert_close(&single.weight, &double.weight.to_dtype(DType::F32)?.to_device(&spec::device())?, 1e-4, "same line");
    Ok(())
}

/// Numbers that are not finite have no line, on whichever side they stand.
#[test]
fn nonsense_is_refused() -> Result<()> {
    let (x, y) = (random((10, 2), 1), random((10, 2), 2));
    for (x, y) in [((&x / 0.0)?, y.clone()), (x, (&y / 0.0)?)] {
        let error = least_squares(&x, &y).expect_err("infinity has no line").to_string();
        assert!(error.contains("not finite"), "{error}");
    }
    Ok(())
}
