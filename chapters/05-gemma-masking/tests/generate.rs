//! Specification of generation: the cache, the batch and the padding are shortcuts, not changes.

mod support;

use candle_core::{DType, Result, Tensor};
use foundations::Params;
use foundations::random::generator;
use gemma_masking::{
    Decoder, DecoderConfig, GenerateError, Generated, GenerationOptions, MaskError, Sampling, SamplingError, generate,
    log_probability, prefix_lm_mask,
};
use spec::proptest::prelude::*;
use spec::{device, random};
use support::lively_decoder;

type Outcome = std::result::Result<(), Box<dyn std::error::Error>>;

/// No token of the tiny decoder: nothing stops it.
const NEVER: u32 = 1000;

fn greedy(stop: u32, max_tokens: usize) -> GenerationOptions {
    GenerationOptions { stop, max_tokens, sampling: Sampling::Greedy }
}

fn answers(
    decoder: &Decoder,
    prefix: &Tensor,
    lengths: &[usize],
    options: &GenerationOptions,
) -> std::result::Result<Vec<Generated>, GenerateError> {
    generate(decoder, prefix, lengths, options, &mut generator(1, "test"), |_, _| {})
}

/// The slow way: after every token run the whole sequence again, without a cache, and take the largest logit.
fn by_hand(decoder: &Decoder, prefix: &Tensor, tokens: usize) -> Result<(Vec<u32>, f64)> {
    let length = prefix.dim(1)?;
    let (mut sequence, mut written, mut sum) = (prefix.clone(), Vec::new(), 0.0);
    for t in length..length + tokens {
        let positions = Tensor::arange(0u32, t as u32, &device())?;
        let allowed = prefix_lm_mask(&[length], &[t], t, &device())?;
        let hidden = decoder.forward(&sequence, &positions, &allowed, None)?.narrow(1, t - 1, 1)?;
        let logits = decoder.logits(&hidden)?.flatten_all()?;
        let token = logits.argmax(0)?.to_scalar::<u32>()?;
        sum += log_probability(&logits.to_vec1()?, token);
        written.push(token);
        sequence = Tensor::cat(&[sequence, decoder.embed(&Tensor::new(&[[token]], &device())?)?], 1)?;
    }
    Ok((written, sum))
}

proptest! {
    #![proptest_config(spec::cases(16))]

    /// Writing with the cache gives what running the whole sequence again and again gives.
    #[test]
    fn cached_generation_equals_full_forward_passes(length in 1usize..5, seed in 0u64..999) {
        let (decoder, prefix) = (lively_decoder(seed)?, random((1, length, 12), seed));
        let (expected, log_probability) = by_hand(&decoder, &prefix, 6)?;
        let answer = &answers(&decoder, &prefix, &[length], &greedy(NEVER, 6))?[0];
        prop_assert_eq!(&answer.tokens, &expected, "greedy decoding with and without the cache");
        let difference = (answer.log_probability - log_probability).abs();
        prop_assert!(difference < 1e-3, "the log-probabilities of the tokens are summed: off by {}", difference);
    }

    /// Prefixes of different lengths, padded on the right with anything at all, are answered as if alone.
    #[test]
    fn a_padded_batch_is_answered_like_each_example_alone(lengths in prop::collection::vec(1usize..5, 1..4), seed in 0u64..999) {
        let decoder = lively_decoder(seed)?;
        let width = lengths.iter().copied().max().unwrap_or(1);
        let prefixes = random((lengths.len(), width, 12), seed);
        let together = answers(&decoder, &prefixes, &lengths, &greedy(NEVER, 5))?;
        for (row, &length) in lengths.iter().enumerate() {
            let alone = prefixes.narrow(0, row, 1)?.narrow(1, 0, length)?;
            let expected = &answers(&decoder, &alone, &[length], &greedy(NEVER, 5))?[0];
            prop_assert_eq!(&together[row].tokens, &expected.tokens, "row {} of lengths {:?}", row, &lengths);
        }
    }

    /// An answer ends at the first stop token, which is not part of it; the other rows go on.
    #[test]
    fn an_answer_ends_at_the_stop_token(place in 0usize..5, seed in 0u64..999) {
        let decoder = lively_decoder(seed)?;
        let prefixes = random((2, 3, 12), seed);
        let free = answers(&decoder, &prefixes, &[3, 3], &greedy(NEVER, 5))?;
        let stop = free[0].tokens[place];
        let stopped = answers(&decoder, &prefixes, &[3, 3], &greedy(stop, 5))?;
        for (free, stopped) in free.iter().zip(&stopped) {
            let expected: Vec<u32> = free.tokens.iter().copied().take_while(|&token| token != stop).collect();
            prop_assert_eq!(stopped.finished, expected.len() < 5, "finished says whether the stop token was reached");
            prop_assert_eq!(&stopped.tokens, &expected, "the tokens before the first {}", stop);
        }
    }

    /// The same seed draws the same answers; greedy decoding needs no seed.
    #[test]
    fn a_seed_fixes_the_answers(seed in 0u64..99) {
        let (decoder, prefix) = (lively_decoder(seed)?, random((2, 3, 12), seed));
        let sampling = Sampling::Sample { temperature: 2.0, top_k: Some(9), top_p: Some(0.9) };
        let options = GenerationOptions { stop: NEVER, max_tokens: 6, sampling };
        let drawn = |seed| generate(&decoder, &prefix, &[3, 2], &options, &mut generator(seed, "test"), |_, _| {});
        prop_assert_eq!(drawn(seed)?, drawn(seed)?, "the same seed gives the same answers");
    }
}

/// Different seeds give different samples, and sampling differs from greedy decoding.
#[test]
fn sampling_gives_variety() -> Outcome {
    let (decoder, prefix) = (lively_decoder(1)?, random((1, 3, 12), 1));
    let sampling = Sampling::Sample { temperature: 3.0, top_k: None, top_p: None };
    let options = GenerationOptions { stop: NEVER, max_tokens: 8, sampling };
    let drawn = |seed| generate(&decoder, &prefix, &[3], &options, &mut generator(seed, "test"), |_, _| {});
    assert_ne!(drawn(1)?, drawn(2)?, "two seeds draw two answers at a high temperature");
    Ok(())
}

/// The callback hears every token of every answer, in order, and no stop tokens.
#[test]
fn every_token_is_announced_as_it_is_written() -> Outcome {
    let (decoder, prefix) = (lively_decoder(5)?, random((2, 3, 12), 5));
    let stop = answers(&decoder, &prefix, &[3, 3], &greedy(NEVER, 4))?[0].tokens[2];
    let mut heard = vec![Vec::new(); 2];
    let options = greedy(stop, 4);
    let written = generate(&decoder, &prefix, &[3, 3], &options, &mut generator(1, "test"), |row, token| {
        heard[row].push(token);
    })?;
    let written: Vec<_> = written.into_iter().map(|answer| answer.tokens).collect();
    assert_eq!(heard, written, "on_token(row, token) for every token of the answers");
    Ok(())
}

/// At most `max_tokens`, and none if none are wanted.
#[test]
fn the_length_is_limited() -> Outcome {
    let (decoder, prefix) = (lively_decoder(1)?, random((1, 3, 12), 1));
    for limit in [0, 1, 4] {
        let answer = &answers(&decoder, &prefix, &[3], &greedy(NEVER, limit))?[0];
        assert_eq!((answer.tokens.len(), answer.finished), (limit, false), "cut off after {limit} tokens");
    }
    Ok(())
}

/// A prefix that is empty, too long for its row, or missing is refused with the reason.
#[test]
fn impossible_prefixes_are_refused() -> Outcome {
    let (decoder, prefix) = (lively_decoder(1)?, random((2, 3, 12), 1));
    let refusal = |lengths: &[usize]| answers(&decoder, &prefix, lengths, &greedy(NEVER, 2));
    let empty = refusal(&[3, 0]);
    assert!(matches!(empty, Err(GenerateError::Prefix(MaskError::Empty { row: 1 }))), "an empty prefix: {empty:?}");
    let long = refusal(&[3, 4]);
    assert!(matches!(long, Err(GenerateError::Prefix(MaskError::Lengths { row: 1, .. }))), "too long: {long:?}");
    let missing = refusal(&[3]);
    let expected = MaskError::RowCount { prefixes: 1, rows: 2 };
    assert!(
        matches!(&missing, Err(GenerateError::Prefix(error)) if error.to_string() == expected.to_string()),
        "{missing:?}"
    );
    Ok(())
}

/// A model whose training went wrong says so instead of answering.
#[test]
fn broken_weights_are_reported() -> Outcome {
    let params = Params::new(1, DType::F32, &device());
    Decoder::new(&DecoderConfig::tiny(), params.builder())?;
    params.set("norm.weight", &Tensor::full(f32::NAN, 12, &device())?)?;
    let decoder = Decoder::new(&DecoderConfig::tiny(), params.detached_builder())?;
    let refused = answers(&decoder, &random((1, 3, 12), 1), &[3], &greedy(NEVER, 2));
    assert!(matches!(refused, Err(GenerateError::Sampling(SamplingError::Logits))), "logits are NaN: {refused:?}");
    Ok(())
}
