//! Specification of the key/value cache: remembering changes the cost, not the result.

mod support;

use candle_core::{Result, Tensor};
use gemma_masking::{Decoder, LayerCache, next_token_mask, prefix_lm_mask};
use spec::proptest::prelude::*;
use spec::{assert_close, device, random};
use support::lively_decoder;

/// Everything at once, without a cache.
fn full(decoder: &Decoder, embeddings: &Tensor, prefix: usize) -> Result<Tensor> {
    let t = embeddings.dim(1)?;
    let positions = Tensor::arange(0u32, t as u32, &device())?;
    decoder.forward(embeddings, &positions, &prefix_lm_mask(&[prefix], &[t], t, &device())?, None)
}

/// In pieces of the given sizes, each seeing what the mask of the whole lets it see of what came so far.
fn in_pieces(decoder: &Decoder, embeddings: &Tensor, prefix: usize, sizes: &[usize]) -> Result<Tensor> {
    let t = embeddings.dim(1)?;
    let whole = prefix_lm_mask(&[prefix], &[t], t, &device())?;
    let mut cache = decoder.empty_cache();
    assert!(cache.is_empty(), "nothing is remembered before the first piece");
    let mut pieces = Vec::new();
    for &size in sizes {
        let start = cache.len();
        let positions = Tensor::arange(start as u32, (start + size) as u32, &device())?;
        let allowed = whole.narrow(1, start, size)?.narrow(2, 0, start + size)?.contiguous()?;
        let piece = embeddings.narrow(1, start, size)?;
        pieces.push(decoder.forward(&piece, &positions, &allowed, Some(&mut cache))?);
    }
    assert_eq!(cache.len(), t, "the cache remembers every token once");
    assert!(!cache.is_empty(), "tokens are remembered");
    Tensor::cat(&pieces, 1)
}

proptest! {
    #![proptest_config(spec::cases(16))]

    /// The prefix at once, then one token after the other, as generation does it.
    #[test]
    fn token_by_token_equals_all_at_once(prefix in 1usize..5, suffix in 1usize..6, seed in 0u64..99) {
        let decoder = lively_decoder(seed)?;
        let embeddings = random((1, prefix + suffix, 12), seed);
        let sizes: Vec<usize> = std::iter::once(prefix).chain(std::iter::repeat_n(1, suffix)).collect();
        let cached = in_pieces(&decoder, &embeddings, prefix, &sizes)?;
        assert_close(&cached, &full(&decoder, &embeddings, prefix)?, 1e-4, "a cached forward pass equals a full one");
    }

    /// Pieces of any size after the prefix.
    #[test]
    fn pieces_of_any_size_equal_all_at_once(pieces in prop::collection::vec(1usize..4, 1..4), seed in 0u64..99) {
        let decoder = lively_decoder(seed)?;
        let embeddings = random((1, 2 + pieces.iter().sum::<usize>(), 12), seed);
        let sizes: Vec<usize> = std::iter::once(2).chain(pieces).collect();
        let cached = in_pieces(&decoder, &embeddings, 2, &sizes)?;
        assert_close(&cached, &full(&decoder, &embeddings, 2)?, 1e-4, "how the sequence is cut does not matter");
    }

    /// Two examples with prefixes of different lengths, padded on the right, go on together for three tokens; each must
    /// come out as if it had been alone and unpadded.
    #[test]
    fn a_padded_batch_equals_each_example_alone(short in 1usize..4, seed in 0u64..99) {
        let (width, decoder) = (4, lively_decoder(seed)?);
        let prefixes = random((2, width, 12), seed); // the second row's last tokens are padding
        let suffixes = random((2, 3, 12), seed + 1000);
        let lengths = [width, short];

        let mut cache = decoder.empty_cache();
        let positions = Tensor::arange(0u32, width as u32, &device())?;
        let allowed = prefix_lm_mask(&lengths, &lengths, width, &device())?;
        decoder.forward(&prefixes, &positions, &allowed, Some(&mut cache))?;
        let mut together = Vec::new();
        for step in 0..3 {
            let positions = lengths.map(|length| [(length + step) as u32]);
            let positions = Tensor::new(&positions, &device())?; // [2, 1]
            let allowed = next_token_mask(&lengths, width, step + 1, &device())?;
            together.push(decoder.forward(&suffixes.narrow(1, step, 1)?, &positions, &allowed, Some(&mut cache))?);
        }
        let together = Tensor::cat(&together, 1)?; // [2, 3, d]

        for (row, &length) in lengths.iter().enumerate() {
            let prefix = prefixes.narrow(0, row, 1)?.narrow(1, 0, length)?;
            let alone = full(&decoder, &Tensor::cat(&[prefix, suffixes.narrow(0, row, 1)?], 1)?, length)?;
            let expected = alone.narrow(1, length, 3)?;
            assert_close(&together.narrow(0, row, 1)?, &expected, 1e-4, "padding inside the cache leaves no trace");
        }
    }
}

/// What was said first stays first.
#[test]
fn new_keys_and_values_are_appended() -> Result<()> {
    let mut cache = LayerCache::default();
    let (first, second) = (random((1, 2, 1, 3), 1), random((1, 1, 1, 3), 2));
    let (keys, _) = cache.append(&first, &(&first * 2.0)?)?;
    assert_close(&keys, &first, 0.0, "an empty cache returns what it is given");
    let (keys, values) = cache.append(&second, &(&second * 2.0)?)?;
    let expected = Tensor::cat(&[&first, &second], 1)?;
    assert_close(&keys, &expected, 0.0, "new keys follow the old ones in time");
    assert_close(&values, &(&expected * 2.0)?, 0.0, "and so do values, in their own place");
    let (keys, values) = cache.append(&second, &(&second * 2.0)?)?;
    let expected = Tensor::cat(&[&expected, &second], 1)?;
    assert_close(&keys, &expected, 0.0, "nothing of the first two calls is forgotten in the third");
    assert_close(&values, &(&expected * 2.0)?, 0.0, "and no value either");
    Ok(())
}

/// A token that does not fit is refused and forgotten, also when only its key or only its value does not fit.
#[test]
fn a_failed_append_leaves_the_cache_as_it_was() -> Result<()> {
    let mut cache = LayerCache::default();
    let first = random((1, 2, 1, 3), 1);
    cache.append(&first, &first)?;
    let wrong_batch = random((2, 1, 1, 3), 2);
    assert!(cache.append(&wrong_batch, &wrong_batch).is_err(), "two rows do not fit behind one");
    let second = random((1, 1, 1, 3), 3);
    let (keys, _) = cache.append(&second, &second)?;
    assert_eq!(keys.dims(), [1, 3, 1, 3], "the cache still holds the first two tokens");
    assert!(cache.append(&second, &wrong_batch).is_err(), "values of two rows do not fit behind one");
    assert!(cache.append(&wrong_batch, &second).is_err(), "nor do keys of two rows");
    let (keys, values) = cache.append(&second, &second)?;
    assert_eq!(keys.dims(), [1, 4, 1, 3], "no key is kept whose value was refused, and none is lost");
    assert_eq!(values.dims(), [1, 4, 1, 3], "no value is kept whose key was refused, and none is lost");
    Ok(())
}
