//! The gradient check itself: it accepts right gradients, and finds wrong and missing ones.

mod common;

use candle_core::{DType, Device, Result, Tensor};
use common::{Outcome, normal};
use foundations::gradient_check::gradient_error;
use proptest::prelude::*;

fn input(seed: u64, shape: &[usize]) -> Result<Tensor> {
    normal(seed, shape, DType::F64).to_device(&Device::Cpu)
}

/// Half of the gradient of x² goes missing when one of the two factors is detached: the value is right, the slope is not.
#[test]
fn a_wrong_gradient_is_found() -> Outcome {
    let x = Tensor::new(&[3f64, -2.0], &Device::Cpu)?;
    let error = gradient_error(|x| (&x[0] * x[0].detach())?.sum_all(), &[x])?;
    assert!((error - 0.5).abs() < 1e-6, "x instead of 2x is off by one half of the slope; reported: {error}");
    Ok(())
}

/// A function that computes the right value and hands no gradient on, as some of candle's fast layers do.
#[test]
fn a_cut_gradient_is_found() -> Outcome {
    let x = Tensor::new(&[3f64, -2.0], &Device::Cpu)?;
    let error = gradient_error(|x| x[0].detach().exp()?.sum_all(), &[x])?;
    assert!((error - 1.0).abs() < 1e-6, "zero instead of the slope is off by all of it; reported: {error}");
    Ok(())
}

/// One of two inputs is cut: the other one's right gradient does not hide it.
#[test]
fn one_cut_input_among_several_is_found() -> Outcome {
    let inputs = [input(1, &[2, 3])?, input(2, &[3, 2])?];
    let right = gradient_error(|x| x[0].matmul(&x[1])?.sqr()?.sum_all(), &inputs)?;
    let cut = gradient_error(|x| x[0].matmul(&x[1].detach())?.sqr()?.sum_all(), &inputs)?;
    assert!(right < 1e-7, "a right gradient was reported to be off by {right}");
    assert!(cut > 0.5, "the second input gets nothing; reported: {cut}");
    Ok(())
}

/// An input given twice is two inputs, each with its own slope.
#[test]
fn an_input_given_twice_counts_as_two() -> Outcome {
    let x = candle_core::Var::from_tensor(&input(1, &[4])?)?;
    let error = gradient_error(|x| (&x[0] * &x[1])?.sum_all(), &[x.as_tensor().clone(), x.as_tensor().clone()])?;
    assert!(error < 1e-8, "d(a·b)/da is b; reported: {error}");
    Ok(())
}

/// Asking for the gradient of something that is not one number is an error.
#[test]
fn a_function_without_a_single_result_is_refused() -> Outcome {
    assert!(gradient_error(|x| x[0].sqr(), &[input(1, &[3])?]).is_err());
    Ok(())
}

proptest! {
    #![proptest_config(common::cases(24))]

    /// Right gradients of smooth functions pass, also with inputs given in f32.
    #[test]
    fn right_gradients_pass(seed: u64, rows in 1usize..4, columns in 1usize..4) {
        let x = input(seed, &[rows, columns])?.to_dtype(DType::F32)?;
        let error = gradient_error(|x| (x[0].sqr()? + x[0].sin()?)?.tanh()?.sum_all(), &[x])?;
        prop_assert!(error < 1e-7, "reported to be off by {error}");
    }
}
