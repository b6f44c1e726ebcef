//! Specification of grouped-query attention.

use candle_core::{DType, Result, Tensor};
use foundations::Params;
use gemma_masking::{
    DecoderConfig, GroupedQueryAttention, grouped_query_attention, grouped_query_attention_plain, repeat_heads,
    rotary_tables,
};
use spec::proptest::prelude::*;
use spec::{
    assert_close, assert_every_parameter_learns, assert_finite, assert_gradients_match, device, random, random_f64,
    tensors,
};

const SCALE: f64 = 0.5;

/// What both the fused and the readable form must satisfy is asked of both.
type Attention = fn(&Tensor, &Tensor, &Tensor, Option<&Tensor>, f64) -> Result<Tensor>;
const FORMS: [Attention; 2] = [grouped_query_attention, grouped_query_attention_plain];

/// Who may look at whom among four tokens, each at itself at least: `[1, 4, 4]`.
fn some_mask() -> Result<Tensor> {
    Tensor::new(&[[[1u8, 1, 0, 0], [0, 1, 0, 1], [1, 1, 1, 0], [0, 0, 0, 1]]], &device())
}

/// Heads A, B become A, A, A, B, B, B, not A, B, A, B, A, B.
#[test]
fn every_head_is_repeated_in_a_row() -> Result<()> {
    let x = Tensor::new(&[[[[1f32], [2.0]]]], &device())?; // [1, 1, 2, 1]
    let repeated = repeat_heads(&x, 3)?.flatten_all()?.to_vec1::<f32>()?;
    assert_eq!(repeated, [1.0, 1.0, 1.0, 2.0, 2.0, 2.0], "each head's copies stand next to one another");
    Ok(())
}

/// With the values 10 in the first key/value head and 20 in the second, query heads 0 and 1 receive 10, 2 and 3
/// receive 20: neighbours share.
#[test]
fn neighbouring_query_heads_share_a_key_value_head() -> Result<()> {
    let (query, key) = (random((1, 3, 4, 2), 1), random((1, 3, 2, 2), 2));
    let value = Tensor::new(&[[[[10f32, 10.0], [20.0, 20.0]]]], &device())?.broadcast_as((1, 3, 2, 2))?.contiguous()?;
    for attention in FORMS {
        let mixed = attention(&query, &key, &value, None, SCALE)?; // [1, 3, 4, 2]
        let expected = Tensor::new(&[10f32, 10.0, 20.0, 20.0], &device())?.reshape((1, 1, 4, 1))?;
        let expected = expected.broadcast_as(mixed.shape())?;
        assert_close(&mixed, &expected, 1e-5, "query heads 0, 1 ask key/value head 0; query heads 2, 3 ask head 1");
    }
    Ok(())
}

/// Giving every query head a key/value head of its own, equal to the shared one, changes nothing.
#[test]
fn sharing_heads_equals_copying_them() -> Result<()> {
    let (query, key, value) = (random((2, 4, 6, 3), 1), random((2, 4, 2, 3), 2), random((2, 4, 2, 3), 3));
    let copied = |x: &Tensor| -> Result<Tensor> {
        let (first, second) = (x.narrow(2, 0, 1)?, x.narrow(2, 1, 1)?);
        Tensor::cat(&[&first, &first, &first, &second, &second, &second], 2)
    };
    let allowed = some_mask()?;
    for attention in FORMS {
        let shared = attention(&query, &key, &value, Some(&allowed), SCALE)?;
        let separate = attention(&query, &copied(&key)?, &copied(&value)?, Some(&allowed), SCALE)?;
        assert_close(
            &shared,
            &separate,
            1e-5,
            "grouped-query attention equals multi-head attention with repeated heads",
        );
    }
    Ok(())
}

/// Two tokens, one head, worked out by hand: scores 0 and ln 3 give weights 1/4 and 3/4.
#[test]
fn the_weights_are_a_softmax_of_scaled_scores() -> Result<()> {
    let query = Tensor::new(&[[[[1f32, 0.0]]]], &device())?; // [1, 1, 1, 2]
    let key = Tensor::new(&[[[[0f32, 5.0]], [[2.0 * 3f32.ln(), 5.0]]]], &device())?; // [1, 2, 1, 2]
    let value = Tensor::new(&[[[[0f32, 4.0]], [[8.0, 0.0]]]], &device())?; // [1, 2, 1, 2]
    let expected = Tensor::new(&[[[[6f32, 1.0]]]], &device())?;
    for attention in FORMS {
        let mixed = attention(&query, &key, &value, None, SCALE)?;
        assert_close(&mixed, &expected, 1e-5, "scores 0 and ½ · 2 ln 3 give the weights ¼ and ¾");
    }
    Ok(())
}

/// A whole module worked out by hand: tokens of 2 features, one head of 4, all at position 0. The second token's query is
/// (2 ln 3, 0, 0, 0), and its key (1, 0, 0, 0): the score 2 ln 3 / √4 = ln 3 gives it the weight ¾ against ¼.
#[test]
fn scores_are_divided_by_the_root_of_the_heads_width() -> Result<()> {
    let config = DecoderConfig {
        hidden_size: 2,
        num_attention_heads: 1,
        num_key_value_heads: 1,
        head_dim: 4,
        ..DecoderConfig::tiny()
    };
    let params = Params::new(1, DType::F32, &device());
    let attention = GroupedQueryAttention::new(&config, params.builder())?;
    let nothing = [0f32, 0.0];
    let weight = |first: [f32; 2], second: [f32; 2]| Tensor::new(&[first, second, nothing, nothing], &device());
    params.set("q_proj.weight", &weight([0.0, 2.0 * 3f32.ln()], nothing)?)?; // [4, 2]
    params.set("k_proj.weight", &weight([0.0, 1.0], nothing)?)?; // [4, 2]
    params.set("v_proj.weight", &weight([8.0, 0.0], [0.0, 4.0])?)?; // [4, 2]
    params.set("o_proj.weight", &Tensor::new(&[[1f32, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]], &device())?)?;

    let tokens = Tensor::new(&[[[1f32, 0.0], [0.0, 1.0]]], &device())?; // [1, 2, 2]
    let tables = rotary_tables(&Tensor::zeros(2, DType::U32, &device())?, 4, 10_000.0)?;
    let everyone = Tensor::ones((1, 2, 2), DType::U8, &device())?;
    let mixed = attention.forward(&tokens, &tables, &everyone, None)?;
    let expected = Tensor::new(&[[[4f32, 2.0], [2.0, 3.0]]], &device())?;
    assert_close(&mixed, &expected, 1e-5, "token 0 mixes evenly; token 1 gives itself ¾: the scale is head_dim^(−½)");
    Ok(())
}

/// Row 0 of the value matrix is the first feature of the first key/value head. With zeros in it, the two query heads that ask
/// this head lack their first features. They go into the output matrix as features 0 and 2.
#[test]
fn the_features_of_a_head_lie_together() -> Result<()> {
    let config = DecoderConfig {
        hidden_size: 8,
        num_attention_heads: 4,
        num_key_value_heads: 2,
        head_dim: 2,
        ..DecoderConfig::tiny()
    };
    let params = Params::new(1, DType::F32, &device());
    let attention = GroupedQueryAttention::new(&config, params.builder())?;
    params.set("o_proj.weight", &Tensor::eye(8, DType::F32, &device())?)?;
    let silent = Tensor::zeros((1, 8), DType::F32, &device())?;
    params.set("v_proj.weight", &Tensor::cat(&[&silent, &random((3, 8), 2)], 0)?)?; // [4, 8]
    let tables = rotary_tables(&Tensor::arange(0u32, 3, &device())?, 2, 10_000.0)?;
    let everyone = Tensor::ones((1, 3, 3), DType::U8, &device())?;
    let mixed = attention.forward(&random((1, 3, 8), 3), &tables, &everyone, None)?; // [1, 3, 8]
    let heard = mixed.abs()?.max(1)?.squeeze(0)?.to_vec1::<f32>()?; // [8]
    let silent: Vec<usize> = (0..8).filter(|feature| heard[*feature] == 0.0).collect();
    assert_eq!(silent, [0, 2], "left: features in which nothing is heard; a head's two features lie side by side");
    Ok(())
}

/// All four matrices of a module get a gradient, and what lies below it gets the right one.
#[test]
fn every_matrix_of_the_module_learns() -> Result<()> {
    let params = Params::new(1, DType::F64, &spec::device_f64());
    let attention = GroupedQueryAttention::new(&DecoderConfig::tiny(), params.builder())?;
    let (x, weighting) = (random_f64((1, 3, 12), 1), random_f64((1, 3, 12), 2));
    let tables = rotary_tables(&Tensor::arange(0u32, 3, x.device())?, 4, 10_000.0)?;
    let everyone = Tensor::ones((1, 3, 3), DType::U8, x.device())?;
    let loss = |x: &[Tensor]| (attention.forward(&x[0], &tables, &everyone, None)? * &weighting)?.sum_all();
    let inputs = [x];
    assert_every_parameter_learns(&params, &loss(&inputs)?);
    assert_gradients_match(loss, &inputs, "the input gets its gradient through queries, keys and values");
    Ok(())
}

/// What stands at a forbidden place does not matter, however loud it is.
#[test]
fn forbidden_keys_have_no_influence() -> Result<()> {
    let (query, key, value) = (random((1, 4, 2, 3), 1), random((1, 4, 1, 3), 2), random((1, 4, 1, 3), 3));
    let last_forbidden = Tensor::new(&[[[1u8, 1, 1, 0]]], &device())?.broadcast_as((1, 4, 4))?.contiguous()?;
    let loud = |x: &Tensor| Tensor::cat(&[x.narrow(1, 0, 3)?, Tensor::full(1e4f32, (1, 1, 1, 3), &device())?], 1);
    for attention in FORMS {
        let quiet = attention(&query, &key, &value, Some(&last_forbidden), SCALE)?;
        let shouted_at = attention(&query, &loud(&key)?, &loud(&value)?, Some(&last_forbidden), SCALE)?;
        assert_close(&shouted_at, &quiet, 0.0, "a key that nobody may look at changes nothing");
        assert_finite(&attention(&query, &loud(&key)?, &loud(&value)?, None, SCALE)?, "scores of ±10,000 stay finite");
    }
    Ok(())
}

/// Backward agrees with finite differences for queries, shared keys and shared values.
#[test]
fn gradients_match_finite_differences() -> Result<()> {
    let inputs = [random_f64((1, 4, 4, 2), 1), random_f64((1, 4, 2, 2), 2), random_f64((1, 4, 2, 2), 3)];
    let weighting = random_f64((1, 4, 4, 2), 4);
    let allowed = some_mask()?.to_device(weighting.device())?;
    for attention in FORMS {
        let loss = |x: &[Tensor]| (attention(&x[0], &x[1], &x[2], Some(&allowed), SCALE)? * &weighting)?.sum_all();
        assert_gradients_match(loss, &inputs, "a shared key/value head collects the gradients of all its query heads");
    }
    Ok(())
}

proptest! {
    #![proptest_config(spec::cases(24))]

    /// The fused operator and the readable composition agree, with and without a mask.
    #[test]
    fn fused_and_plain_agree(query in tensors((2, 4, 4, 3)), key in tensors((2, 4, 2, 3)), value in tensors((2, 4, 2, 3))) {
        let allowed = some_mask()?;
        for allowed in [None, Some(&allowed)] {
            let fused = grouped_query_attention(&query, &key, &value, allowed, SCALE)?;
            let plain = grouped_query_attention_plain(&query, &key, &value, allowed, SCALE)?;
            assert_close(&fused, &plain, 1e-5, "both forms give the same numbers");
        }
    }
}
