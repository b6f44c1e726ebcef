//! A specification is worth as much as its assertions: these must fail when they should.

use std::panic::{AssertUnwindSafe, catch_unwind};

use candle_core::{DType, Device, Result, Tensor};
use foundations::{Linear, Params};
use spec::{
    assert_close, assert_every_parameter_learns, assert_finite, assert_gradients_match, assert_only_these_learn,
};

fn numbers(values: &[f32]) -> Tensor {
    Tensor::new(values, &Device::Cpu).expect("a small tensor")
}

/// The message of the panic that `assertion` must cause.
fn complaint(assertion: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(assertion)).expect_err("the assertion should have failed");
    payload.downcast_ref::<String>().expect("a message with details").clone()
}

/// The worst element is named by its coordinates, with both values.
#[test]
fn a_difference_is_located() {
    let actual = numbers(&[0.0, 1.0, 2.0, 9.0, 4.0, 5.5]).reshape((2, 3)).expect("six numbers");
    let expected = numbers(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]).reshape((2, 3)).expect("six numbers");
    let message = complaint(|| assert_close(&actual, &expected, 0.1, "they agree"));
    assert!(message.contains("[1, 0]") && message.contains("9 instead of 3"), "unhelpful: {message}");
}

/// A NaN is never close to anything, however generous the tolerance.
#[test]
fn not_a_number_is_noticed() {
    let (nan, one) = (numbers(&[f32::NAN]), numbers(&[1.0]));
    complaint(|| assert_close(&nan, &one, 1e9, "they agree"));
    complaint(|| assert_close(&one, &nan, 1e9, "they agree"));
    complaint(|| assert_finite(&nan, "it is finite"));
}

/// Other shapes are not close even when broadcasting would make them equal.
#[test]
fn another_shape_is_noticed() {
    let (row, column) = (numbers(&[1.0, 1.0]).unsqueeze(0), numbers(&[1.0, 1.0]).unsqueeze(1));
    let (row, column) = (row.expect("a row"), column.expect("a column"));
    complaint(|| assert_close(&row, &column, 1.0, "they agree"));
}

/// A detached factor computes the right value and has the wrong slope.
#[test]
fn a_cut_gradient_is_noticed() {
    let x = Tensor::new(&[0.5f64, -2.0], &Device::Cpu).expect("two numbers");
    assert_gradients_match(|x| (&x[0] * &x[0])?.sum_all(), std::slice::from_ref(&x), "the slope of x² is 2x");
    complaint(|| assert_gradients_match(|x| (&x[0] * x[0].detach())?.sum_all(), &[x], "the slope of x² is 2x"));
}

/// The length of a vector of zeros is zero, and its slope there 0/0: however many other slopes are right, that is noticed.
#[test]
fn a_gradient_that_is_not_a_number_is_noticed() -> Result<()> {
    let x = Tensor::new(&[0f64, 0.0], &Device::Cpu)?;
    complaint(|| assert_gradients_match(|x| x[0].sqr()?.sum_all()?.sqrt(), &[x], "a length has a slope"));
    let params = Params::new(1, DType::F32, &Device::Cpu);
    let table = params.builder().get_with_hints((2, 2), "table", foundations::Init::Const(0.0))?;
    let other = Tensor::new(&[[0f32, 0.0], [3.0, 4.0]], &Device::Cpu)?;
    // The first row's length has no slope, the second's has.
    let loss = (table + other)?.sqr()?.sum(1)?.sqrt()?.sum_all()?;
    let message = complaint(|| assert_every_parameter_learns(&params, &loss));
    assert!(message.contains("NaN"), "unhelpful: {message}");
    Ok(())
}

/// A layer that the loss does not use, and a frozen layer, are told apart by name.
#[test]
fn a_parameter_that_does_not_learn_is_named() -> Result<()> {
    let params = Params::new(1, DType::F32, &Device::Cpu);
    let vb = params.builder_with_frozen(|name| name.starts_with("frozen"));
    let frozen = Linear::new(2, 2, vb.pp("frozen"))?;
    let used = Linear::new(2, 2, vb.pp("used"))?;
    let loss = used.forward(&frozen.forward(&Tensor::ones((1, 2), DType::F32, &Device::Cpu)?)?)?.sqr()?.sum_all()?;
    assert_only_these_learn(&params, &loss, |name| name.starts_with("used"));
    let message = complaint(|| assert_every_parameter_learns(&params, &loss));
    assert!(message.contains("frozen.weight") && !message.contains("used.weight"), "unhelpful: {message}");
    Ok(())
}
