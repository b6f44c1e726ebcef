//! The fused embedding is the readable one, forwards and backwards.

mod ops_twins;

use candle_core::{DType, Device, Tensor, Var};
use foundations::gradient_check::gradient_error;
use foundations::ops::{fused, plain};
use ops_twins::{any_layout, assert_twins, normal};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ops_twins::cases(32))]

    /// Same rows, same gradient of the table, however often a token occurs.
    #[test]
    fn it_equals_its_readable_twin(
        (vocabulary, width) in (1usize..40, 1usize..40),
        ids in prop::collection::vec(any::<u32>(), 1..60),
        layout in any_layout(),
        seed: u64,
    ) {
        let ids: Vec<u32> = ids.iter().map(|id| id % vocabulary as u32).collect();
        let ids = Tensor::new(ids, &Device::Cpu).unwrap().unsqueeze(0).unwrap();
        let table = normal(seed, "table", &[vocabulary, width]);
        assert_twins(|x| fused::embedding(&x[0], &ids), |x| plain::embedding(&x[0], &ids), &[table], layout);
    }
}

/// The gradient of a row counts how often its token occurs.
#[test]
fn a_rows_gradient_counts_its_tokens() {
    let table = Var::zeros((4, 2), DType::F32, &Device::Cpu).unwrap();
    let ids = Tensor::new(&[[3u32, 1], [3, 3]], &Device::Cpu).unwrap();
    let rows = fused::embedding(&table, &ids).unwrap();
    assert_eq!(rows.dims(), [2, 2, 2], "ids of shape [2, 2] and rows of 2 make [2, 2, 2]");
    let gradients = rows.sum_all().unwrap().backward().unwrap();
    let counts = gradients.get(&table).unwrap().to_vec2::<f32>().unwrap();
    assert_eq!(counts, [[0.0, 0.0], [1.0, 1.0], [0.0, 0.0], [3.0, 3.0]], "token 1 occurs once and token 3 three times");
}

/// The backward pass agrees with finite differences.
#[test]
fn gradients_agree_with_finite_differences() {
    let ids = Tensor::new(&[2u32, 0, 2], &Device::Cpu).unwrap();
    let table = normal(2, "table", &[3, 4]);
    let error = gradient_error(|x| fused::embedding(&x[0], &ids)?.sqr()?.sum_all(), &[table]).unwrap();
    assert!(error < 1e-7, "the slopes differ from finite differences by {error:e}");
}

/// A token outside the vocabulary is an error that names it.
#[test]
fn a_token_outside_the_vocabulary_is_named() {
    let table = Tensor::zeros((5, 2), DType::F32, &Device::Cpu).unwrap();
    let message = fused::embedding(&table, &Tensor::new(&[9u32], &Device::Cpu).unwrap()).unwrap_err().to_string();
    assert!(message.contains("token 9") && message.contains('5'), "unhelpful message: {message}");
}
