//! Specification of `normalise`.

use candle_core::{D, Result, Tensor};
use contrastive_loss::normalise;
use spec::proptest::prelude::*;
use spec::{assert_close, assert_finite, assert_gradients_match, cases, device, random, random_f64};

/// 3-4-5: the smallest right-angled triangle in whole numbers.
#[test]
fn three_four_becomes_three_fifths_four_fifths() -> Result<()> {
    let x = Tensor::new(&[[3f32, 4.0]], &device())?;
    assert_close(&normalise(&x)?, &Tensor::new(&[[0.6f32, 0.8]], &device())?, 1e-6, "(3, 4) / 5 is (0.6, 0.8)");
    Ok(())
}

proptest! {
    #![proptest_config(cases(32))]

    /// Whatever comes in, every row leaves with length one.
    #[test]
    fn every_row_has_length_one(rows in 1usize..6, d in 1usize..9, seed in 0u64..1000) {
        let length = normalise(&random((rows, d), seed))?.sqr()?.sum(D::Minus1)?.sqrt()?;
        assert_close(&length, &length.ones_like()?, 1e-5, "each row has length 1");
    }

    /// A vector twice as long points the same way.
    #[test]
    fn only_the_direction_counts(seed in 0u64..1000, factor in 0.1f64..100.0) {
        let x = random((3, 5), seed);
        assert_close(&normalise(&(&x * factor)?)?, &normalise(&x)?, 1e-5, "scaling the input changes nothing");
    }

    /// Rows are normalised one by one: another row has no say.
    #[test]
    fn rows_do_not_influence_one_another(seed in 0u64..1000) {
        let x = random((4, 5), seed);
        let alone = normalise(&x.narrow(0, 2, 1)?)?;
        assert_close(&normalise(&x)?.narrow(0, 2, 1)?, &alone, 1e-6, "row 2 alone gives what row 2 in the batch gives");
    }
}

/// The last dimension is the direction, however many there are before it.
#[test]
fn only_the_last_dimension_is_summed() -> Result<()> {
    let x = random((2, 3, 4), 1);
    let row_by_row = normalise(&x.reshape((6, 4))?)?.reshape((2, 3, 4))?;
    assert_close(&normalise(&x)?, &row_by_row, 1e-6, "[2, 3, 4] holds six directions of four numbers");
    let alone = x.get(1)?.get(2)?; // [4]
    assert_close(&normalise(&alone)?, &row_by_row.get(1)?.get(2)?, 1e-6, "[4] holds one");
    Ok(())
}

/// A row of zeros has no direction; it must not poison the batch with 0/0, forwards or backwards.
#[test]
fn zeros_stay_zeros_and_have_a_finite_gradient() -> Result<()> {
    let x = candle_core::Var::from_tensor(&Tensor::zeros((2, 3), candle_core::DType::F32, &device())?)?;
    let y = normalise(&x)?;
    assert_close(&y, &x.zeros_like()?, 0.0, "a row of zeros stays zeros");
    let gradients = y.sum_all()?.backward()?;
    let gradient = gradients.get(&x).expect("a gradient reaches x");
    assert_finite(gradient, "the gradient at zero is finite");
    Ok(())
}

/// Lengths from a millionth of a million to a million are all brought to one without overflow.
#[test]
fn large_numbers_do_not_overflow() -> Result<()> {
    let x = Tensor::new(&[[1e4f32, -1e4], [1e-2, 0.0]], &device())?;
    let half = 0.5f32.sqrt();
    assert_close(&normalise(&x)?, &Tensor::new(&[[half, -half], [1.0, 0.0]], &device())?, 1e-5, "directions of ±1e4");
    Ok(())
}

/// The backward pass agrees with measured slopes.
#[test]
fn the_gradient_is_the_measured_slope() {
    let weights = random_f64((2, 3), 5);
    let loss = |x: &[Tensor]| (normalise(&x[0])? * &weights)?.sum_all();
    assert_gradients_match(loss, &[random_f64((2, 3), 4)], "the gradient of normalise is its slope");
}
