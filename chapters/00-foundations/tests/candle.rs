//! candle, the tensor library, in a few lines: the calls that the exercises need, and what they give.

use candle_core::{D, DType, Device, Result, Tensor, Var};

/// What every section below looks at.
fn x() -> Result<Tensor> {
    Tensor::new(&[[1f32, 2.0, 3.0], [4.0, 5.0, 6.0]], &Device::Cpu)
}

#[test]
fn a_tensor_has_a_shape_a_type_and_a_device() -> Result<()> {
    // ANCHOR: tensor
    let x = Tensor::new(&[[1f32, 2.0, 3.0], [4.0, 5.0, 6.0]], &Device::Cpu)?; // [2, 3]
    assert_eq!(x.dims2()?, (2, 3)); // also dims1, dims3, dims4: so many dimensions, or an error
    assert_eq!(x.dtype(), DType::F32);
    assert_eq!(x.to_vec2::<f32>()?, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]); // also to_vec1, to_scalar
    let numbers = Tensor::arange(0u32, 3, x.device())?; // [3]: 0, 1, 2, beside x
    let floats = numbers.to_dtype(x.dtype())?; // [3]: 0.0, 1.0, 2.0
    let filled = Tensor::from_vec(vec![1f32, 2.0, 3.0, 4.0], (2, 2), x.device())?; // a Vec, row after row
    let zeros = x.zeros_like()?; // [2, 3]; also ones_like
    // ANCHOR_END: tensor
    assert_eq!(filled.to_vec2::<f32>()?, [[1.0, 2.0], [3.0, 4.0]]);
    assert_eq!((floats.to_vec1::<f32>()?, zeros.sum_all()?.to_scalar::<f32>()?), (vec![0.0, 1.0, 2.0], 0.0));
    Ok(())
}

#[test]
fn every_operation_may_fail() -> Result<()> {
    let x = x()?;
    // ANCHOR: arithmetic
    let twice = (&x + &x)?; // every operation may fail, so it ends in a `?`; `&` keeps x
    let line = ((&x * 2.0)? + 1.0)?; // a number, always an f64, goes with every element
    let rest = (1.0 - &x)?; // it may stand in front
    let bends = x.neg()?.exp()?; // also sqr, sqrt, log, abs, relu, tanh, recip, sin, cos
    // ANCHOR_END: arithmetic
    assert_eq!((twice.to_vec2::<f32>()?[1][2], line.to_vec2::<f32>()?[0][0]), (12.0, 3.0));
    assert_eq!(rest.to_vec2::<f32>()?[0], [0.0, -1.0, -2.0]);
    assert!((bends.to_vec2::<f32>()?[0][0] - (-1f32).exp()).abs() < 1e-6);
    Ok(())
}

#[test]
fn dimensions_of_size_one_are_stretched() -> Result<()> {
    let x = x()?;
    // ANCHOR: broadcast
    let row = Tensor::new(&[10f32, 20.0, 30.0], x.device())?; // [3]
    let shifted = x.broadcast_add(&row)?; // [2, 3] + [3]: to each row; also broadcast_sub, _mul, _div
    let totals = x.sum_keepdim(D::Minus1)?; // [2, 1]: D::Minus1 is the last dimension; also mean_keepdim
    let shares = x.broadcast_div(&totals)?; // [2, 3] / [2, 1]: each row by its own total
    let columns = x.sum(0)?; // [3]: without keepdim the dimension is gone
    let all = x.sum_all()?.to_scalar::<f32>()?; // 21.0
    // ANCHOR_END: broadcast
    assert_eq!(shifted.to_vec2::<f32>()?[1], [14.0, 25.0, 36.0]);
    assert_eq!((shares.to_vec2::<f32>()?[0][2], columns.to_vec1::<f32>()?, all), (0.5, vec![5.0, 7.0, 9.0], 21.0));
    Ok(())
}

#[test]
fn the_same_numbers_have_many_shapes() -> Result<()> {
    let x = x()?;
    // ANCHOR: shapes
    let turned = x.t()?; // [3, 2]: the last two dimensions exchanged; transpose(a, b) exchanges any two
    let written = turned.contiguous()?; // … and written down in that order; matmul(&x.t()?) can do without
    let long = x.reshape((1, 6))?; // the same numbers in the same order
    let batch = x.unsqueeze(0)?; // [1, 2, 3]: one more dimension, of size 1; squeeze(0) takes it away
    let behind = x.unsqueeze(D::Minus1)?; // [2, 3, 1]: behind the last; D::Minus2 puts it before the last: [2, 1, 3]
    let left = x.narrow(1, 0, 2)?; // [2, 2]: of dimension 1, from place 0, two places
    let below = Tensor::cat(&[&x, &x], 0)?; // [4, 3]: joined along dimension 0; Tensor::stack makes a new one
    let times = batch.broadcast_as((4, 2, 3))?; // [4, 2, 3]: four times the same
    // ANCHOR_END: shapes
    assert_eq!((behind.dims3()?, x.unsqueeze(D::Minus2)?.dims3()?), ((2, 3, 1), (2, 1, 3)));
    assert_eq!((written.to_vec2::<f32>()?[0].clone(), long.dims2()?), (vec![1.0, 4.0], (1, 6)));
    assert_eq!(
        (left.to_vec2::<f32>()?[1].clone(), below.dims2()?, times.dims3()?),
        (vec![4.0, 5.0], (4, 3), (4, 2, 3))
    );
    Ok(())
}

#[test]
fn products_and_choices() -> Result<()> {
    let x = x()?;
    // ANCHOR: choices
    let products = x.matmul(&x.t()?)?; // [2, 3] times [3, 2] → [2, 2]: each row with each row
    let rows = x.index_select(&Tensor::new(&[1u32, 1, 0], x.device())?, 0)?; // [3, 3]: rows 1, 1 and 0
    let one_each = x.gather(&Tensor::new(&[[2u32], [0]], x.device())?, 1)?; // [2, 1]: 3.0 and 4.0
    let large = x.ge(3.0)?; // [2, 3] of u8: 1 where it is so; also eq, ne, lt, le, gt, broadcast_eq
    let clipped = large.where_cond(&x, &x.zeros_like()?)?; // x where it is so, else 0
    // ANCHOR_END: choices
    assert_eq!(products.to_vec2::<f32>()?, [[14.0, 32.0], [32.0, 77.0]]);
    assert_eq!((rows.to_vec2::<f32>()?[2][0], one_each.to_vec2::<f32>()?), (1.0, vec![vec![3.0], vec![4.0]]));
    assert_eq!(clipped.to_vec2::<f32>()?, [[0.0, 0.0, 3.0], [4.0, 5.0, 6.0]]);
    Ok(())
}

#[test]
fn slopes_are_asked_for_at_the_end() -> Result<()> {
    // ANCHOR: gradients
    let w = Var::new(3f32, &Device::Cpu)?; // a number that may learn: candle remembers what is computed from it
    let loss = (w.as_tensor() * 2.0)?.sqr()?; // (2w)² = 36
    let slopes = loss.backward()?; // from the loss back to every Var
    let slope = slopes.get(&w).map(Tensor::to_scalar::<f32>).transpose()?; // 8w = 24
    let value = loss.detach(); // the number without its history: no slope passes here
    // ANCHOR_END: gradients
    assert_eq!((slope, value.to_scalar::<f32>()?), (Some(24.0), 36.0));
    Ok(())
}
