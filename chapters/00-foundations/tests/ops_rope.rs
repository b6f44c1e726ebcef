//! The fused rotary embedding is the readable one, forwards and backwards.

mod ops_twins;

use candle_core::{D, Result, Tensor};
use foundations::gradient_check::gradient_error;
use foundations::ops::fused;
use ops_twins::{any_layout, assert_twins, normal};
use proptest::prelude::*;

/// Halves of each head turned against each other, step by step.
fn plain_rope(x: &Tensor, cos: &Tensor, sin: &Tensor) -> Result<Tensor> {
    let half = x.dim(D::Minus1)? / 2;
    let (first, second) = (x.narrow(D::Minus1, 0, half)?, x.narrow(D::Minus1, half, half)?); // [b, t, heads, d/2]
    let (cos, sin) = (cos.unsqueeze(D::Minus2)?, sin.unsqueeze(D::Minus2)?); // [(b,) t, 1, d/2]
    let new_first = (first.broadcast_mul(&cos)? - second.broadcast_mul(&sin)?)?;
    let new_second = (second.broadcast_mul(&cos)? + first.broadcast_mul(&sin)?)?;
    Tensor::cat(&[new_first, new_second], D::Minus1)
}

/// The cosines and sines of random angles.
fn angles(seed: u64, shape: &[usize]) -> (Tensor, Tensor) {
    let angles = normal(seed, "angles", shape);
    (angles.cos().unwrap(), angles.sin().unwrap())
}

proptest! {
    #![proptest_config(ops_twins::cases(32))]

    /// Same output, same gradient, with one table for all examples or one for each.
    #[test]
    fn it_equals_its_readable_twin(
        (b, t, heads, half) in (1usize..4, 1usize..12, 1usize..4, 1usize..20),
        table_per_example: bool,
        layout in any_layout(),
        seed: u64,
    ) {
        let (cos, sin) = if table_per_example { angles(seed, &[b, t, half]) } else { angles(seed, &[t, half]) };
        let x = normal(seed, "x", &[b, t, heads, 2 * half]);
        assert_twins(
            |x| fused::rope(&x[0], &cos.to_dtype(x[0].dtype())?, &sin.to_dtype(x[0].dtype())?),
            |x| plain_rope(&x[0], &cos, &sin),
            &[x],
            layout,
        );
    }

    /// A rotation changes no lengths.
    #[test]
    fn lengths_survive_the_rotation(seed: u64) {
        let (cos, sin) = angles(seed, &[5, 4]);
        let x = normal(seed, "x", &[2, 5, 3, 8]);
        let length = |x: &Tensor| x.sqr().unwrap().sum(D::Minus1).unwrap().sqrt().unwrap();
        let difference = (length(&x) - length(&fused::rope(&x, &cos, &sin).unwrap())).unwrap().abs().unwrap();
        let worst = difference.max_all().unwrap().to_scalar::<f64>().unwrap();
        prop_assert!(worst < 1e-12, "a head's length changed by {worst:e}");
    }
}

/// The backward pass agrees with finite differences.
#[test]
fn gradients_agree_with_finite_differences() {
    let (cos, sin) = angles(2, &[3, 2]);
    let (x, uneven) = (normal(2, "x", &[1, 3, 2, 4]), normal(2, "uneven", &[1, 3, 2, 4]));
    let error = gradient_error(|x| (fused::rope(&x[0], &cos, &sin)?.sqr()? * &uneven)?.sum_all(), &[x]).unwrap();
    assert!(error < 1e-7, "the slopes differ from finite differences by {error:e}");
}

/// Tables for another number of positions are refused.
#[test]
fn tables_of_another_length_are_refused() {
    let (cos, sin) = angles(2, &[4, 2]);
    let message = fused::rope(&normal(2, "x", &[1, 3, 2, 4]), &cos, &sin).unwrap_err().to_string();
    assert!(message.contains("[3, 2]"), "the message should say which shape was expected: {message}");
    let refused = |x: [usize; 4], cos: [usize; 2], sin: [usize; 2]| {
        let (cos, sin) = (angles(1, &cos).0, angles(2, &sin).1);
        fused::rope(&normal(2, "x", &x), &cos, &sin).is_err()
    };
    assert!(refused([1, 4, 2, 4], [4, 2], [3, 2]), "as many sines as cosines");
    assert!(refused([1, 4, 2, 5], [4, 2], [4, 2]), "an odd width has no halves");
}
