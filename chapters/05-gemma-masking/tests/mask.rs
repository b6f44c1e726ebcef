//! Specification of the masks themselves: who may look at whom. (`attention_leaks.rs` asks the decoder whether it obeys.)

use candle_core::{Result, Tensor};
use gemma_masking::{MaskError, causal_mask, causal_prefix_mask, next_token_mask, prefix_lm_mask};
use spec::device;
use spec::proptest::prelude::*;

/// One example's mask as a picture, one line per query: `#` may look, `.` may not.
fn drawn(mask: &Tensor, row: usize) -> Result<Vec<String>> {
    let lines = mask.get(row)?.to_vec2::<u8>()?;
    Ok(lines.iter().map(|line| line.iter().map(|&bit| if bit == 1 { '#' } else { '.' }).collect()).collect())
}

/// Prefix of two, answer of two, one place of padding.
#[test]
fn a_prefix_is_full_a_suffix_is_causal_padding_is_unseen() -> Result<()> {
    let mask = prefix_lm_mask(&[2], &[4], 5, &device())?;
    assert_eq!(mask.dims(), [1, 5, 5], "one square per example");
    let expected = ["##...", "##...", "###..", "####.", "####."];
    assert_eq!(drawn(&mask, 0)?, expected, "queries downwards, keys to the right: prefix 2, length 4, width 5");
    Ok(())
}

/// Rows of one batch differ.
#[test]
fn every_example_has_its_own_mask() -> Result<()> {
    let mask = prefix_lm_mask(&[1, 3, 2], &[3, 3, 2], 3, &device())?;
    assert_eq!(drawn(&mask, 0)?, ["#..", "##.", "###"], "a prefix of one, then an answer of two");
    assert_eq!(drawn(&mask, 1)?, ["###", "###", "###"], "nothing but prefix: full attention");
    assert_eq!(drawn(&mask, 2)?, ["##.", "##.", "##."], "nothing but prefix, and padding that nobody sees");
    Ok(())
}

/// Causal everywhere: a lower triangle.
#[test]
fn a_causal_mask_is_a_triangle() -> Result<()> {
    let mask = causal_mask(&[4, 2], 4, &device())?;
    assert_eq!(drawn(&mask, 0)?, ["#...", "##..", "###.", "####"], "no token sees what follows it");
    assert_eq!(drawn(&mask, 1)?, ["#...", "##..", "##..", "##.."], "and nobody sees padding");
    Ok(())
}

/// Two image tokens, then text: the ablation "causal on the text prefix".
#[test]
fn a_causal_prefix_mask_is_full_on_the_picture_only() -> Result<()> {
    let mask = causal_prefix_mask(2, &[4], 4, &device())?;
    assert_eq!(
        drawn(&mask, 0)?,
        ["##..", "##..", "###.", "####"],
        "the picture sees itself, text sees what came before"
    );
    Ok(())
}

/// Prefixes of four and two in a cache of width four, then two generated tokens.
#[test]
fn the_newest_token_sees_its_prefix_and_all_generated_tokens() -> Result<()> {
    let mask = next_token_mask(&[4, 2], 4, 2, &device())?;
    assert_eq!(mask.dims(), [2, 1, 6], "one query, all columns of the cache");
    assert_eq!(drawn(&mask, 0)?, ["######"], "a full prefix is seen whole");
    assert_eq!(drawn(&mask, 1)?, ["##..##"], "the padding inside the cache is skipped");
    Ok(())
}

/// Lengths that contradict one another are refused, and the error names the example.
#[test]
fn impossible_lengths_are_refused() {
    let mask = |prefixes: &[usize], lengths: &[usize], t| prefix_lm_mask(prefixes, lengths, t, &device());
    assert!(
        matches!(mask(&[1], &[1, 1], 1), Err(MaskError::RowCount { prefixes: 1, rows: 2 })),
        "two lists of one batch"
    );
    assert!(matches!(mask(&[1, 0], &[1, 0], 1), Err(MaskError::Empty { row: 1 })), "an example without tokens");
    let too_long = mask(&[3], &[2], 5);
    assert!(matches!(too_long, Err(MaskError::Lengths { prefix: 3, length: 2, .. })), "a prefix longer than the whole");
    let too_wide = mask(&[3], &[6], 5);
    assert!(matches!(too_wide, Err(MaskError::Lengths { length: 6, width: 5, .. })), "an example wider than its batch");
}

proptest! {
    #![proptest_config(spec::cases(64))]

    /// The mask against its definition in words, place by place.
    #[test]
    fn the_algebra_says_what_the_words_say(prefix in 0usize..6, answer in 1usize..5, padding in 0usize..3) {
        let (length, t) = (prefix + answer, prefix + answer + padding);
        let mask = prefix_lm_mask(&[prefix], &[length], t, &device())?.get(0)?.to_vec2::<u8>()?;
        for (query, row) in mask.iter().enumerate() {
            for (key, &bit) in row.iter().enumerate() {
                let words = key < length && (key < prefix || key <= query);
                prop_assert_eq!(bit == 1, words, "query {}, key {}: prefix {}, length {}", query, key, prefix, length);
            }
        }
    }

    /// A row that sees nobody would mix all tokens evenly, those that are forbidden among them.
    #[test]
    fn nobody_looks_at_nothing(prefix in 0usize..4, answer in 1usize..4, padding in 0usize..4) {
        let (length, t) = (prefix + answer, prefix + answer + padding);
        let seen = prefix_lm_mask(&[prefix], &[length], t, &device())?.get(0)?.to_vec2::<u8>()?;
        prop_assert!(seen.iter().all(|row| row.contains(&1)), "every query, padding too, sees at least one key: {:?}", seen);
    }
}
