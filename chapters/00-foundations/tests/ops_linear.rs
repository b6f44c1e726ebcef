//! The fused linear layer is the readable one, forwards and backwards.

mod ops_twins;

use candle_core::{DType, Device, Tensor, Var};
use foundations::gradient_check::gradient_error;
use foundations::ops::{fused, plain};
use ops_twins::{any_layout, assert_twins, normal};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ops_twins::cases(32))]

    /// With a bias: same output, same three gradients, however the tensors lie in memory.
    #[test]
    fn with_a_bias_it_equals_its_readable_twin(
        (b, t, inputs, outputs) in (1usize..4, 1usize..20, 1usize..40, 1usize..40), layout in any_layout(), seed: u64,
    ) {
        let tensors = [
            normal(seed, "x", &[b, t, inputs]),
            normal(seed, "weight", &[outputs, inputs]),
            normal(seed, "bias", &[outputs]),
        ];
        assert_twins(
            |x| fused::linear(&x[0], &x[1], Some(&x[2])),
            |x| plain::linear(&x[0], &x[1], Some(&x[2])),
            &tensors,
            layout,
        );
    }

    /// Without a bias: same output, same two gradients.
    #[test]
    fn without_a_bias_it_equals_its_readable_twin(
        (rows, inputs, outputs) in (1usize..50, 1usize..40, 1usize..40), layout in any_layout(), seed: u64,
    ) {
        let tensors = [normal(seed, "x", &[rows, inputs]), normal(seed, "weight", &[outputs, inputs])];
        assert_twins(
            |x| fused::linear(&x[0], &x[1], None),
            |x| plain::linear(&x[0], &x[1], None),
            &tensors,
            layout,
        );
    }
}

/// A batch large enough to be shared between cores gives the same numbers too.
#[test]
fn a_large_product_equals_its_readable_twin() {
    let tensors = [normal(1, "x", &[300, 64]), normal(1, "weight", &[48, 64]), normal(1, "bias", &[48])];
    assert_twins(
        |x| fused::linear(&x[0], &x[1], Some(&x[2])),
        |x| plain::linear(&x[0], &x[1], Some(&x[2])),
        &tensors,
        ops_twins::MemoryLayout::InOrder,
    );
}

/// So many rows that they are cut into blocks, the last of them shorter: the cut cannot be seen, forwards or backwards.
#[test]
fn many_rows_equal_their_readable_twin() {
    let tensors = [normal(1, "x", &[1300, 5]), normal(1, "weight", &[3, 5]), normal(1, "bias", &[3])];
    assert_twins(
        |x| fused::linear(&x[0], &x[1], Some(&x[2])),
        |x| plain::linear(&x[0], &x[1], Some(&x[2])),
        &tensors,
        ops_twins::MemoryLayout::InOrder,
    );
}

/// A weight may be stored in another type: it is brought to the type of the input, and the output has that type, too.
#[test]
fn the_output_has_the_type_of_the_input() {
    let x = Tensor::new(&[[10f32, 1.0]], &Device::Cpu).unwrap();
    for stored in [DType::F64, DType::BF16] {
        let weight = Tensor::new(&[[1f32, 2.0], [3.0, 4.0]], &Device::Cpu).unwrap().to_dtype(stored).unwrap();
        let bias = Tensor::new(&[0.5f32, -1.0], &Device::Cpu).unwrap().to_dtype(stored).unwrap();
        let y = plain::linear(&x, &weight, Some(&bias))
            .unwrap_or_else(|error| panic!("with an input in F32 and a weight in {stored:?} the body stops: {error}"));
        assert_eq!(y.dtype(), DType::F32, "an input in F32 and a weight in {stored:?} make an output in F32");
        assert_eq!(y.to_vec2::<f32>().unwrap(), [[12.5, 33.0]], "10·1 + 1·2 + 0.5 and 10·3 + 1·4 − 1");
    }
}

/// The backward pass agrees with finite differences.
#[test]
fn gradients_agree_with_finite_differences() {
    let tensors = [normal(2, "x", &[2, 3, 5]), normal(2, "weight", &[4, 5]), normal(2, "bias", &[4])];
    let error = gradient_error(|x| fused::linear(&x[0], &x[1], Some(&x[2]))?.sqr()?.sum_all(), &tensors).unwrap();
    assert!(error < 1e-7, "the slopes differ from finite differences by {error:e}");
}

/// A frozen weight costs no gradient, and the layer before it still learns.
#[test]
fn a_frozen_weight_gets_no_gradient_and_passes_it_on() {
    let x = Var::from_tensor(&normal(3, "x", &[6, 5])).unwrap();
    let weight = Var::from_tensor(&normal(3, "weight", &[4, 5])).unwrap();
    let y = fused::linear(&x, &weight.as_detached_tensor(), None).unwrap();
    let gradients = y.sum_all().unwrap().backward().unwrap();
    assert!(gradients.get(&weight).is_none(), "a frozen weight must not receive a gradient");
    let expected = weight.sum(0).unwrap().broadcast_as((6, 5)).unwrap();
    let difference = (gradients.get(&x).unwrap() - expected).unwrap().abs().unwrap().max_all().unwrap();
    assert!(
        difference.to_scalar::<f64>().unwrap() < 1e-12,
        "the input's gradient must be the column sums of the weight"
    );
}

/// An input of the wrong width is refused with both sizes named, not computed into nonsense.
#[test]
fn a_wrong_width_is_an_error_that_names_both_sizes() {
    let x = Tensor::zeros((2, 3), DType::F32, &Device::Cpu).unwrap();
    let weight = Tensor::zeros((4, 5), DType::F32, &Device::Cpu).unwrap();
    let message = fused::linear(&x, &weight, None).unwrap_err().to_string();
    assert!(message.contains("[2, 3]") && message.contains('5'), "unhelpful message: {message}");
    let bias = Tensor::zeros(3, DType::F32, &Device::Cpu).unwrap();
    let x = Tensor::zeros((2, 5), DType::F32, &Device::Cpu).unwrap();
    assert!(fused::linear(&x, &weight, Some(&bias)).is_err(), "a bias of 3 does not fit 4 outputs");
}

/// A layer without outputs makes many rows of nothing, and does not fail over it.
#[test]
fn many_rows_of_no_outputs_are_empty() {
    let x = Tensor::zeros((2000, 3), DType::F32, &Device::Cpu).unwrap();
    let weight = Tensor::zeros((0, 3), DType::F32, &Device::Cpu).unwrap();
    assert_eq!(fused::linear(&x, &weight, None).unwrap().dims(), [2000, 0]);
}
