//! Specification of what Gemma 2 does differently: bent scores, layers that look back only so far, norms behind each half
//! of a layer. Without these options a decoder is Gemma's.

use std::collections::HashMap;

use candle_core::{DType, Result, Tensor};
use foundations::{Params, VarBuilder};
use gemma_masking::{
    ConfigError, Decoder, DecoderConfig, DecoderLayer, ScoreRule, attention_by_rule, causal_mask,
    grouped_query_attention, next_token_mask, prefix_lm_mask, rotary_tables, sliding_window_mask,
};
use spec::proptest::prelude::*;
use spec::{assert_close, assert_every_parameter_learns, assert_gradients_match, device, random, random_f64};

/// A window of two, caps that are reached, a divisor that is not the width of a head.
fn gemma2() -> DecoderConfig {
    DecoderConfig {
        num_hidden_layers: 3,
        query_pre_attn_scalar: Some(3.0),
        attn_logit_softcapping: Some(1.5),
        final_logit_softcapping: Some(4.0),
        sliding_window: Some(2),
        post_norms: true,
        ..DecoderConfig::tiny()
    }
}

/// A decoder whose tokens really talk to one another: fresh weights hardly disturb a token.
fn lively(config: &DecoderConfig, seed: u64) -> Result<Decoder> {
    let params = Params::new(seed, DType::F32, &device());
    Decoder::new(config, params.builder())?;
    for (name, variable) in params.all() {
        if name.contains("_proj") {
            params.set(&name, &(variable.as_tensor() * 3.0)?)?;
        }
    }
    Decoder::new(config, params.detached_builder())
}

fn positions(from: usize, to: usize) -> Result<Tensor> {
    Tensor::arange(from as u32, to as u32, &device())
}

/// All tokens at once.
fn full(decoder: &Decoder, embeddings: &Tensor, prefix: usize) -> Result<Tensor> {
    let t = embeddings.dim(1)?;
    decoder.forward(embeddings, &positions(0, t)?, &prefix_lm_mask(&[prefix], &[t], t, &device())?, None)
}

/// By how much each token's vector differs.
fn moved(one: &Tensor, other: &Tensor) -> Result<Vec<f32>> {
    (one - other)?.abs()?.squeeze(0)?.max(1)?.to_vec1()
}

fn window(allowed: &Tensor, window: usize) -> Result<Vec<Vec<u8>>> {
    let positions = positions(0, allowed.dim(1)?)?.unsqueeze(0)?;
    sliding_window_mask(allowed, &positions, &positions, window)?.get(0)?.to_vec2()
}

/// The picture in the module's documentation: a prefix of three, an answer of four, a window of two.
#[test]
fn a_window_cuts_the_answer_and_not_the_prefix() -> Result<()> {
    let rows = window(&prefix_lm_mask(&[3], &[7], 7, &device())?, 2)?;
    let expected = [
        [1, 1, 1, 0, 0, 0, 0],
        [1, 1, 1, 0, 0, 0, 0],
        [1, 1, 1, 0, 0, 0, 0],
        [0, 0, 1, 1, 0, 0, 0],
        [0, 0, 0, 1, 1, 0, 0],
        [0, 0, 0, 0, 1, 1, 0],
        [0, 0, 0, 0, 0, 1, 1],
    ];
    assert_eq!(
        rows, expected,
        "rows are queries: the prefix reads itself whole, an answer two tokens, itself included"
    );
    Ok(())
}

/// Behind the padding of a short prefix an answer goes on where the prefix ended: what counts is the position.
#[test]
fn padding_does_not_use_up_the_window() -> Result<()> {
    // Prefixes of two and four, padded to four; each has written two tokens and now reads the third.
    let allowed = next_token_mask(&[2, 4], 4, 3, &device())?;
    let keys = Tensor::new(&[[0u32, 1, 2, 3, 2, 3, 4], [0, 1, 2, 3, 4, 5, 6]], &device())?;
    let queries = Tensor::new(&[[4u32], [6]], &device())?;
    let rows = sliding_window_mask(&allowed, &queries, &keys, 4)?.squeeze(1)?.to_vec2::<u8>()?;
    assert_eq!(rows, [[0, 1, 0, 0, 1, 1, 1], [0, 0, 0, 1, 1, 1, 1]], "four tokens back, and no padding among them");
    Ok(())
}

/// One layer with a window is deaf to what lies before it; the next layer sees everything.
#[test]
fn every_other_layer_has_the_window_and_the_first_is_one_of_them() -> Result<()> {
    let embeddings = random((1, 6, 12), 1);
    let other = Tensor::cat(&[random((1, 1, 12), 2), embeddings.narrow(1, 1, 5)?], 1)?;
    let change_of = |layers: usize| -> Result<Vec<f32>> {
        let decoder = lively(&DecoderConfig { num_hidden_layers: layers, ..gemma2() }, 3)?;
        moved(&full(&decoder, &embeddings, 0)?, &full(&decoder, &other, 0)?)
    };
    let one = change_of(1)?;
    assert!(one[0] > 1e-3 && one[1] > 1e-3, "the token itself and the next one notice: {one:?}");
    assert!(one[2..].iter().all(|change| *change == 0.0), "all others are too far away: {one:?}");
    let two = change_of(2)?;
    assert!(two.iter().all(|change| *change > 1e-5), "the second layer sees everything: {two:?}");
    Ok(())
}

/// A cap bends scores: twice the cap is the largest difference, whatever query and key say.
#[test]
fn bent_scores_leave_nobody_out() -> Result<()> {
    let query = Tensor::new(&[[[[1e4f32, 0.0]]]], &device())?;
    let key = Tensor::new(&[[[[1e4f32, 0.0]], [[-1e4, 0.0]]]], &device())?;
    let value = Tensor::new(&[[[[1f32, 0.0]], [[0.0, 1.0]]]], &device())?;
    let rule = ScoreRule { scale: 1.0, cap: Some(0.5) };
    let seen = attention_by_rule(&query, &key, &value, &Tensor::ones((1, 1, 2), DType::U8, &device())?, rule)?;
    let first = 1.0 / (1.0 + (-1f32).exp());
    let expected = Tensor::new(&[[[[first, 1.0 - first]]]], &device())?;
    assert_close(&seen, &expected, 1e-5, "scores of ±10⁸ become ±½, so the weights are σ(1) and 1 − σ(1)");
    Ok(())
}

/// What is forbidden stays so: the mask comes after the bend.
#[test]
fn a_forbidden_score_is_not_bent_back_into_sight() -> Result<()> {
    let (query, key, value) = (random((1, 3, 4, 4), 1), random((1, 3, 2, 4), 2), random((1, 3, 2, 4), 3));
    let other = Tensor::cat(&[value.narrow(1, 0, 2)?, random((1, 1, 2, 4), 4)], 1)?;
    let rule = ScoreRule { scale: 0.5, cap: Some(2.0) };
    let allowed = causal_mask(&[3], 3, &device())?;
    let seen = |value: &Tensor| attention_by_rule(&query, &key, value, &allowed, rule)?.narrow(1, 0, 2);
    assert_close(&seen(&value)?, &seen(&other)?, 0.0, "the first two queries do not see the third value at all");
    Ok(())
}

/// With a cap beyond all scores, bent attention is plain attention.
#[test]
fn a_cap_that_is_never_reached_changes_nothing() -> Result<()> {
    let (query, key, value) = (random((2, 5, 4, 4), 1), random((2, 5, 2, 4), 2), random((2, 5, 2, 4), 3));
    let allowed = prefix_lm_mask(&[2, 3], &[5, 4], 5, &device())?;
    let plain = grouped_query_attention(&query, &key, &value, Some(&allowed), 0.5)?;
    for cap in [None, Some(1e4)] {
        let bent = attention_by_rule(&query, &key, &value, &allowed, ScoreRule { scale: 0.5, cap })?;
        assert_close(&bent, &plain, 1e-5, "10,000 · tanh(score / 10,000) is the score");
    }
    Ok(())
}

/// `query_pre_attn_scalar` stands in the place of the head's width.
#[test]
fn the_width_of_a_head_as_divisor_is_the_plain_rule() -> Result<()> {
    let embeddings = random((1, 5, 12), 1);
    let of = |scalar| -> Result<Tensor> {
        full(&lively(&DecoderConfig { query_pre_attn_scalar: scalar, ..DecoderConfig::tiny() }, 5)?, &embeddings, 2)
    };
    assert_close(
        &of(Some(4.0))?,
        &of(None)?,
        1e-6,
        "heads have four features: both rules cut heads, turn and divide alike",
    );
    let change = moved(&of(Some(9.0))?, &of(None)?)?;
    assert!(change.iter().all(|change| *change > 1e-4), "another divisor gives another decoder: {change:?}");
    Ok(())
}

/// Each half of a layer adds something of one size, however loud the block inside is.
#[test]
fn what_is_added_is_normalised() -> Result<()> {
    let params = Params::new(1, DType::F32, &device());
    let layer = DecoderLayer::new(&gemma2(), params.builder())?;
    let (x, tables) = (random((1, 4, 12), 1), rotary_tables(&positions(0, 4)?, 4, 10_000.0)?);
    let allowed = causal_mask(&[4], 4, &device())?;
    let added =
        || -> Result<[Tensor; 2]> { Ok([(layer.mix(&x, &tables, &allowed, None)? - &x)?, (layer.change(&x)? - &x)?]) };
    let before = added()?;
    for (added, half) in before.iter().zip(["attention", "the feed-forward block"]) {
        let size = added.sqr()?.mean(2)?.sqrt()?; // [1, 4]
        assert_close(&size, &size.ones_like()?, 1e-3, &format!("what {half} adds has root mean square one"));
    }
    for name in ["self_attn.o_proj.weight", "mlp.down_proj.weight"] {
        params.set(name, &(params.get(name)? * 8.0)?)?;
    }
    for (before, after) in before.iter().zip(&added()?) {
        assert_close(after, before, 1e-3, "eight times as loud inside, the same outside");
    }
    Ok(())
}

/// The names of the published checkpoints, where `post_attention_layernorm` stands behind attention.
#[test]
fn norms_have_the_names_of_gemma_2() -> Result<()> {
    let params = Params::new(1, DType::F32, &device());
    let layer = DecoderLayer::new(&gemma2(), params.builder())?;
    let names: Vec<String> =
        params.all().into_iter().map(|(name, _)| name).filter(|name| name.contains("norm")).collect();
    let expected = ["input", "post_attention", "post_feedforward", "pre_feedforward"];
    assert_eq!(names, expected.map(|name| format!("{name}_layernorm.weight")));
    // A weight of −1 lets nothing through.
    let x = random((1, 4, 12), 1);
    let tables = rotary_tables(&positions(0, 4)?, 4, 10_000.0)?;
    let silence = params.get("post_attention_layernorm.weight")?.ones_like()?.neg()?;
    params.set("post_attention_layernorm.weight", &silence)?;
    let mixed = layer.mix(&x, &tables, &causal_mask(&[4], 4, &device())?, None)?;
    assert_close(&mixed, &x, 0.0, "post_attention_layernorm is the last word of attention");
    assert!(moved(&layer.change(&x)?, &x)?.iter().all(|change| *change > 0.1), "and no word of the second half");
    Ok(())
}

/// One backward pass reaches every parameter, the four norms of a layer among them.
#[test]
fn every_parameter_learns() -> Result<()> {
    let params = Params::new(1, DType::F32, &device());
    let decoder = Decoder::new(&gemma2(), params.builder())?;
    let embeddings = decoder.embed(&Tensor::new(&[[2u32, 5, 9, 1, 3]], &device())?)?;
    let logits = decoder.logits(&full(&decoder, &embeddings, 2)?)?;
    let loss = (logits * random((1, 5, 23), 2))?.sum_all()?;
    assert_every_parameter_learns(&params, &loss);
    Ok(())
}

/// Backward through windows, caps and norms agrees with finite differences.
#[test]
fn gradients_match_finite_differences() -> Result<()> {
    let config = DecoderConfig {
        vocab_size: 5,
        hidden_size: 3,
        intermediate_size: 4,
        num_hidden_layers: 2,
        num_attention_heads: 2,
        num_key_value_heads: 1,
        head_dim: 2,
        ..gemma2()
    };
    let params = Params::new(4, DType::F64, &spec::device_f64());
    Decoder::new(&config, params.builder())?;
    let names: Vec<String> = params.all().into_iter().map(|(name, _)| name).collect();
    let mut inputs: Vec<Tensor> = params.all().into_iter().map(|(_, variable)| variable.as_detached_tensor()).collect();
    inputs.push(random_f64((1, 4, 3), 5));
    let weighting = random_f64((1, 4, 5), 6);
    let loss = |inputs: &[Tensor]| {
        let (embeddings, weights) = inputs.split_last().expect("the embeddings come last");
        let weights: HashMap<String, Tensor> = names.iter().cloned().zip(weights.iter().cloned()).collect();
        let decoder = Decoder::new(&config, VarBuilder::from_tensors(weights, DType::F64, embeddings.device()))?;
        let t = Tensor::arange(0u32, 4, embeddings.device())?;
        let allowed = prefix_lm_mask(&[2], &[4], 4, embeddings.device())?;
        let logits = decoder.logits(&decoder.forward(embeddings, &t, &allowed, None)?)?;
        (logits * &weighting)?.sum_all()
    };
    assert_gradients_match(loss, &inputs, "every parameter of a Gemma 2, and its input, gets the right gradient");
    Ok(())
}

/// Training takes a shorter way through the last layer, which has a window here.
#[test]
fn chosen_tokens_come_out_as_in_the_whole() -> Result<()> {
    let decoder = lively(&gemma2(), 2)?;
    let embeddings = random((1, 6, 12), 1);
    let allowed = prefix_lm_mask(&[3], &[6], 6, &device())?;
    let chosen = Tensor::new(&[2u32, 5], &device())?;
    let few = decoder.forward_chosen(&embeddings, &positions(0, 6)?, &allowed, &chosen)?;
    let all = full(&decoder, &embeddings, 3)?.squeeze(0)?;
    assert_close(&few, &all.index_select(&chosen, 0)?, 1e-5, "tokens 2 and 5 of the whole");
    Ok(())
}

/// Sizes of nothing and caps that cap nothing are named.
#[test]
fn impossible_options_are_named() {
    let zero = DecoderConfig { sliding_window: Some(0), ..gemma2() };
    assert_eq!(zero.validate(), Err(ConfigError::Zero { field: "sliding_window" }));
    for value in [0.0, -1.0, f64::INFINITY] {
        let scalar = DecoderConfig { query_pre_attn_scalar: Some(value), ..gemma2() };
        assert_eq!(scalar.validate(), Err(ConfigError::NotPositive { field: "query_pre_attn_scalar", value }));
        let cap = DecoderConfig { attn_logit_softcapping: Some(value), ..gemma2() };
        assert_eq!(cap.validate(), Err(ConfigError::NotPositive { field: "attn_logit_softcapping", value }));
    }
    assert_eq!(DecoderConfig::GEMMA2_2B.validate(), Ok(()), "Gemma 2's preset is a model");
}

/// Configurations of Gemma stay what they were: they do not mention Gemma 2.
#[test]
fn a_gemma_does_not_mention_the_options() {
    let json = |config: &DecoderConfig| serde_json::to_string(config).expect("plain numbers");
    for option in ["query_pre_attn_scalar", "attn_logit_softcapping", "sliding_window", "post_norms"] {
        assert!(!json(&DecoderConfig::tiny()).contains(option), "{option}");
        assert!(json(&gemma2()).contains(option), "{option}");
    }
    let read: DecoderConfig = serde_json::from_str(&json(&gemma2())).expect("what was written");
    assert_eq!(read, gemma2(), "JSON keeps every option");
}

proptest! {
    #![proptest_config(spec::cases(16))]

    /// The cache gives layers with a window what they would have seen in one pass.
    #[test]
    fn token_by_token_equals_all_at_once(prefix in 1usize..5, suffix in 1usize..6, seed in 0u64..99) {
        let decoder = lively(&gemma2(), seed)?;
        let t = prefix + suffix;
        let embeddings = random((1, t, 12), seed);
        let whole = prefix_lm_mask(&[prefix], &[t], t, &device())?;
        let mut cache = decoder.empty_cache();
        let mut pieces = Vec::new();
        for (start, size) in std::iter::once((0, prefix)).chain((prefix..t).map(|start| (start, 1))) {
            let allowed = whole.narrow(1, start, size)?.narrow(2, 0, start + size)?.contiguous()?;
            let piece = embeddings.narrow(1, start, size)?;
            pieces.push(decoder.forward(&piece, &positions(start, start + size)?, &allowed, Some(&mut cache))?);
        }
        let expected = full(&decoder, &embeddings, prefix)?;
        assert_close(&Tensor::cat(&pieces, 1)?, &expected, 1e-4, "a cached pass equals a full one, windows and all");
    }

    /// Two prefixes of different lengths, padded and continued together; each comes out as if it had been alone.
    #[test]
    fn padding_in_the_cache_is_out_of_reach(short in 1usize..4, more in 1usize..4, seed in 0u64..99) {
        let decoder = lively(&gemma2(), seed)?;
        let prefixes = [short, short + more];
        let (width, steps) = (short + more, 3);
        let rows = random((2, width + steps, 12), seed);
        let mut cache = decoder.empty_cache();
        let allowed = prefix_lm_mask(&prefixes, &prefixes, width, &device())?;
        decoder.forward(&rows.narrow(1, 0, width)?, &positions(0, width)?, &allowed, Some(&mut cache))?;
        for step in 0..steps {
            let at: Vec<u32> = prefixes.iter().map(|prefix| (prefix + step) as u32).collect();
            let allowed = next_token_mask(&prefixes, width, step + 1, &device())?;
            let token = rows.narrow(1, width + step, 1)?;
            let both = decoder.forward(&token, &Tensor::from_vec(at, (2, 1), &device())?, &allowed, Some(&mut cache))?;
            for (row, &prefix) in prefixes.iter().enumerate() {
                let own = rows.narrow(0, row, 1)?;
                let alone = Tensor::cat(&[own.narrow(1, 0, prefix)?, own.narrow(1, width, step + 1)?], 1)?;
                let alone = full(&decoder, &alone, prefix)?.narrow(1, prefix + step, 1)?;
                assert_close(&both.narrow(0, row, 1)?, &alone, 1e-4, "as if it had been alone and unpadded");
            }
        }
    }
}
