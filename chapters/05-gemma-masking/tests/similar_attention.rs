//! Specification of `initialise_similar_attention`.

use candle_core::{DType, IndexOp, Result, Tensor};
use foundations::Params;
use gemma_masking::{Decoder, DecoderConfig, initialise_similar_attention};
use spec::proptest::prelude::*;
use spec::{assert_close, cases, device, random};

fn fresh(config: &DecoderConfig) -> Result<Params> {
    let params = Params::new(3, DType::F32, &device());
    Decoder::new(config, params.builder().pp("model"))?;
    Ok(params)
}

fn weight(params: &Params, layer: usize, of: &str) -> Result<Tensor> {
    Ok(params.get(&format!("model.layers.{layer}.self_attn.{of}_proj.weight"))?.detach())
}

/// Head `head` of a projection, `[d_head, d]`.
fn head(weight: &Tensor, head: usize, config: &DecoderConfig) -> Result<Tensor> {
    weight.narrow(0, head * config.head_dim, config.head_dim)
}

fn grouped() -> DecoderConfig {
    DecoderConfig { num_attention_heads: 4, num_key_value_heads: 2, ..DecoderConfig::tiny() }
}

/// With similarity 1 every query head *is* the key head that it asks, in every layer.
#[test]
fn queries_that_are_wholly_similar_equal_their_keys() -> Result<()> {
    let config = grouped();
    let params = fresh(&config)?;
    initialise_similar_attention(&params, "model", &config, 1.0)?;
    for layer in 0..config.num_hidden_layers {
        let (query, key) = (weight(&params, layer, "q")?, weight(&params, layer, "k")?);
        for (query_head, key_head) in [(0, 0), (1, 0), (2, 1), (3, 1)] {
            let (found, expected) = (head(&query, query_head, &config)?, head(&key, key_head, &config)?);
            assert_close(&found, &expected, 0.0, "a query head starts as the key head that it asks");
        }
    }
    Ok(())
}

/// With similarity 0.6 a query head is 0.6 of its key head and 0.8 of what it was: 0.36 + 0.64 = 1.
#[test]
fn the_squares_of_the_shares_sum_to_one() -> Result<()> {
    let config = grouped();
    let (before, after) = (fresh(&config)?, fresh(&config)?);
    initialise_similar_attention(&after, "model", &config, 0.6)?;
    let (query, key) = (weight(&before, 0, "q")?, weight(&before, 0, "k")?);
    let found = weight(&after, 0, "q")?;
    for (query_head, key_head) in [(0, 0), (1, 0), (2, 1), (3, 1)] {
        let of_the_key = (head(&key, key_head, &config)? * 0.6)?;
        let expected = (of_the_key + (head(&query, query_head, &config)? * 0.8)?)?;
        assert_close(
            &head(&found, query_head, &config)?,
            &expected,
            1e-6,
            "0.6 · W_k + 0.8 · W_q, for every query head",
        );
    }
    Ok(())
}

/// With similarity 0 nothing happens, and no other parameter is ever touched.
#[test]
fn only_queries_change_and_without_similarity_not_even_they() -> Result<()> {
    let config = grouped();
    let (before, after) = (fresh(&config)?, fresh(&config)?);
    initialise_similar_attention(&after, "model", &config, 0.0)?;
    for (name, variable) in before.all() {
        assert_close(&after.get(&name)?, &variable, 0.0, "similarity 0 leaves the decoder as it is");
    }
    initialise_similar_attention(&after, "model", &config, 0.7)?;
    for (name, variable) in before.all() {
        let is_same = (after.get(&name)? - variable.as_tensor())?.abs()?.sum_all()?.to_scalar::<f32>()? == 0.0;
        assert_eq!(is_same, !name.contains("q_proj"), "'{name}': queries, and only they, are turned");
    }
    Ok(())
}

/// What it is for: a token's score with its like is larger than with others.
#[test]
fn a_token_prefers_its_like() -> Result<()> {
    let config = DecoderConfig { hidden_size: 64, head_dim: 32, ..grouped() };
    let tokens = random((40, config.hidden_size), 5);
    let preference = |similarity: f64| -> Result<f32> {
        let params = fresh(&config)?;
        initialise_similar_attention(&params, "model", &config, similarity)?;
        let queries = tokens.matmul(&head(&weight(&params, 0, "q")?, 0, &config)?.t()?)?;
        let keys = tokens.matmul(&head(&weight(&params, 0, "k")?, 0, &config)?.t()?)?;
        let scores = queries.matmul(&keys.t()?)?.to_vec2::<f32>()?; // [40, 40]
        let own = (0..40).map(|i| scores[i][i]).sum::<f32>() / 40.0;
        let all = scores.concat().iter().sum::<f32>() / 1600.0;
        let size = scores.concat().iter().map(|score| score * score).sum::<f32>() / 1600.0;
        Ok((own - all) / size.sqrt())
    };
    let (by_chance, similar) = (preference(0.0)?, preference(0.8)?);
    assert!(by_chance.abs() < 1.0, "unrelated projections prefer nobody, but the preference is {by_chance}");
    assert!(similar > 2.0, "similar projections should prefer their like, but the preference is {similar}");
    Ok(())
}

proptest! {
    #![proptest_config(cases(16))]

    /// A mix of two random matrices of one size has that size again, whatever the similarity.
    #[test]
    fn the_size_is_kept(similarity in 0.0f64..1.0) {
        let config = DecoderConfig { hidden_size: 64, head_dim: 32, ..grouped() };
        let (before, after) = (fresh(&config)?, fresh(&config)?);
        initialise_similar_attention(&after, "model", &config, similarity)?;
        let size = |params: &Params| -> Result<f32> {
            weight(params, 0, "q")?.i(..)?.sqr()?.mean_all()?.sqrt()?.to_scalar::<f32>()
        };
        let key = weight(&before, 0, "k")?.sqr()?.mean_all()?.sqrt()?.to_scalar::<f32>()? as f64;
        let query = size(&before)? as f64;
        let expected = (similarity * similarity * key * key + (1.0 - similarity * similarity) * query * query).sqrt();
        let found = f64::from(size(&after)?);
        prop_assert!((found / expected - 1.0).abs() < 0.05, "size {found} after, {expected} expected");
    }
}

/// A similarity beyond 1 would make a number negative under the root, one below 0 would make tokens avoid their like; a
/// missing decoder is named.
#[test]
fn impossible_requests_are_refused() -> Result<()> {
    let config = grouped();
    let params = fresh(&config)?;
    for (similarity, sentence) in
        [(1.1, "1.1 is too much"), (-0.5, "−0.5 is too little"), (f64::NAN, "NaN is no number between 0 and 1")]
    {
        let error = initialise_similar_attention(&params, "model", &config, similarity).expect_err(sentence);
        assert!(error.to_string().contains("between 0 and 1"), "{error}");
    }
    let error = initialise_similar_attention(&params, "elsewhere", &config, 0.5).expect_err("no decoder there");
    assert!(error.to_string().contains("elsewhere.layers.0"), "{error}");
    Ok(())
}
