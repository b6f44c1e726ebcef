//! Specification of what may flow where through the *whole* decoder: change one token, see who moves.

mod support;

use candle_core::{Result, Tensor};
use gemma_masking::{Decoder, causal_mask, causal_prefix_mask, prefix_lm_mask};
use spec::proptest::prelude::*;
use spec::{assert_close, device, random};
use support::lively_decoder;

/// Anything smaller is rounding.
const ROUNDING: f32 = 1e-6;

fn run(decoder: &Decoder, embeddings: &Tensor, allowed: &Tensor) -> Result<Tensor> {
    let positions = Tensor::arange(0u32, embeddings.dim(1)? as u32, &device())?;
    decoder.forward(embeddings, &positions, allowed, None)
}

/// The same sequence with another token at `place`.
fn with_another_token(embeddings: &Tensor, place: usize) -> Result<Tensor> {
    let (_, t, d) = embeddings.dims3()?;
    let before = embeddings.narrow(1, 0, place)?;
    let after = embeddings.narrow(1, place + 1, t - place - 1)?;
    Tensor::cat(&[before, random((1, 1, d), 999), after], 1)
}

/// The tokens whose hidden state changes when the token at `place` does.
fn who_moves(decoder: &Decoder, embeddings: &Tensor, allowed: &Tensor, place: usize) -> Result<Vec<usize>> {
    let before = run(decoder, embeddings, allowed)?;
    let after = run(decoder, &with_another_token(embeddings, place)?, allowed)?;
    let differences = (before - after)?.abs()?.max(2)?.get(0)?.to_vec1::<f32>()?;
    Ok((0..differences.len()).filter(|&token| differences[token] > ROUNDING).collect())
}

/// A decoder and a sequence of `t` tokens.
fn subject(t: usize, seed: u64) -> Result<(Decoder, Tensor)> {
    Ok((lively_decoder(seed)?, random((1, t, 12), seed)))
}

proptest! {
    #![proptest_config(spec::cases(16))]

    /// Change any token of the answer: picture and prompt must not notice.
    #[test]
    fn prefix_never_sees_the_suffix(prefix in 1usize..5, suffix in 1usize..5, pick in 0usize..5, seed in 0u64..99) {
        let t = prefix + suffix;
        let (decoder, embeddings) = subject(t, seed)?;
        let allowed = prefix_lm_mask(&[prefix], &[t], t, &device())?;
        let place = prefix + pick % suffix;
        let moved = who_moves(&decoder, &embeddings, &allowed, place)?;
        prop_assert!(moved.iter().all(|&token| token >= prefix), "answer token {place} moved {moved:?}; the prefix is 0..{prefix}");
    }

    /// Change any token of the answer: what was written before it must not notice, what follows must.
    #[test]
    fn suffix_never_sees_its_future(prefix in 1usize..5, suffix in 1usize..5, pick in 0usize..5, seed in 0u64..99) {
        let t = prefix + suffix;
        let (decoder, embeddings) = subject(t, seed)?;
        let allowed = prefix_lm_mask(&[prefix], &[t], t, &device())?;
        let place = prefix + pick % suffix;
        let moved = who_moves(&decoder, &embeddings, &allowed, place)?;
        prop_assert_eq!(moved, (place..t).collect::<Vec<_>>(), "answer token {} is seen by itself and all later ones", place);
    }

    /// Change any token of the prefix: everyone must notice, also tokens that stand before it.
    #[test]
    fn prefix_sees_all_of_the_prefix(prefix in 2usize..5, suffix in 0usize..4, pick in 0usize..5, seed in 0u64..99) {
        let t = prefix + suffix;
        let (decoder, embeddings) = subject(t, seed)?;
        let allowed = prefix_lm_mask(&[prefix], &[t], t, &device())?;
        let place = pick % prefix;
        let moved = who_moves(&decoder, &embeddings, &allowed, place)?;
        prop_assert_eq!(moved, (0..t).collect::<Vec<_>>(), "prefix token {} is seen by the whole prefix and the whole answer", place);
    }

    /// More padding, other padding: no real token notices.
    #[test]
    fn padding_changes_nothing(prefix in 1usize..4, suffix in 1usize..4, padding in 1usize..4, seed in 0u64..99) {
        let length = prefix + suffix;
        let (decoder, embeddings) = subject(length + padding, seed)?;
        let alone = run(&decoder, &embeddings.narrow(1, 0, length)?, &prefix_lm_mask(&[prefix], &[length], length, &device())?)?;
        let allowed = prefix_lm_mask(&[prefix], &[length], length + padding, &device())?;
        let padded = run(&decoder, &embeddings, &allowed)?;
        assert_close(&padded.narrow(1, 0, length)?, &alone, 1e-5, "padding on the right leaves the real tokens as they were");
        let moved = who_moves(&decoder, &embeddings, &allowed, length)?;
        prop_assert!(moved.iter().all(|&token| token >= length), "padding at {length} moved {moved:?}");
    }

    /// Counting from 0, as big_vision does, or from 1, as transformers does, or from 50: the same model.
    #[test]
    fn shifting_all_positions_changes_nothing(shift in 1u32..100, seed in 0u64..99) {
        let (decoder, embeddings) = subject(5, seed)?;
        let allowed = prefix_lm_mask(&[3], &[5], 5, &device())?;
        let shifted = Tensor::arange(shift, shift + 5, &device())?;
        let there = decoder.forward(&embeddings, &shifted, &allowed, None)?;
        assert_close(&there, &run(&decoder, &embeddings, &allowed)?, 1e-3, "only relative positions count");
    }
}

/// Swapping two tokens of the prefix without their positions is visible: the decoder does know the order.
#[test]
fn order_matters_even_where_attention_is_full() -> Result<()> {
    let (decoder, embeddings) = subject(3, 1)?;
    let allowed = prefix_lm_mask(&[3], &[3], 3, &device())?;
    let swap = Tensor::new(&[1u32, 0, 2], &device())?;
    let here = run(&decoder, &embeddings, &allowed)?;
    let swapped = run(&decoder, &embeddings.index_select(&swap, 1)?, &allowed)?;
    let difference = (here.narrow(1, 2, 1)? - swapped.narrow(1, 2, 1)?)?.abs()?.max_all()?.to_scalar::<f32>()?;
    assert!(difference > 1e-3, "rotary positions tell 'a b' from 'b a', but the last token moved by {difference} only");
    Ok(())
}

/// Under a causal mask the first word of the prompt cannot see the second; under a prefix-LM mask it can.
#[test]
fn causal_and_prefix_lm_differ_on_the_prefix() -> Result<()> {
    let (decoder, embeddings) = subject(5, 2)?;
    let causal = who_moves(&decoder, &embeddings, &causal_mask(&[5], 5, &device())?, 2)?;
    assert_eq!(causal, [2, 3, 4], "causal: token 2 is seen by itself and what follows");
    let picture_only = who_moves(&decoder, &embeddings, &causal_prefix_mask(2, &[5], 5, &device())?, 2)?;
    assert_eq!(picture_only, [2, 3, 4], "causal on the prompt: the first prompt token is unseen by the picture");
    let picture = who_moves(&decoder, &embeddings, &causal_prefix_mask(2, &[5], 5, &device())?, 1)?;
    assert_eq!(picture, [0, 1, 2, 3, 4], "but image tokens see one another");
    let prefix_lm = who_moves(&decoder, &embeddings, &prefix_lm_mask(&[4], &[5], 5, &device())?, 2)?;
    assert_eq!(prefix_lm, [0, 1, 2, 3, 4], "prefix-LM: everyone sees it");
    Ok(())
}

/// Examples of one batch share weights and nothing else.
#[test]
fn examples_of_a_batch_do_not_see_one_another() -> Result<()> {
    let decoder = lively_decoder(3)?;
    let (first, second) = (random((1, 4, 12), 1), random((1, 4, 12), 2));
    let allowed = prefix_lm_mask(&[2, 3], &[4, 4], 4, &device())?;
    let together = run(&decoder, &Tensor::cat(&[&first, &second], 0)?, &allowed)?;
    let alone = Tensor::cat(
        &[run(&decoder, &first, &allowed.narrow(0, 0, 1)?)?, run(&decoder, &second, &allowed.narrow(0, 1, 1)?)?],
        0,
    )?;
    assert_close(&together, &alone, 1e-5, "an example gives the same result alone and in company");
    Ok(())
}
