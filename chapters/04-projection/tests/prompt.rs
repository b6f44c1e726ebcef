//! Specification of the order of things in a sequence.

use projection::{LayoutError, layout};
use siglip_training::SpecialTokens;
use spec::proptest::prelude::*;

const SPECIAL: SpecialTokens = SpecialTokens { pad: 0, eos: 1, bos: 2, image: 5, newline: 4, first_location: 6 };

/// PaliGemma's own numbers: `<image>` 257152, `<bos>` 2, "\n" 108, `<eos>` 1, and 256000 for the first location.
const PALIGEMMA: SpecialTokens =
    SpecialTokens { pad: 0, eos: 1, bos: 2, image: 257_152, newline: 108, first_location: 256_000 };

/// A 224-pixel picture in patches of 14 has 256 image tokens; the prompt here has two tokens.
#[test]
fn a_paligemma_prompt_is_laid_out() -> Result<(), LayoutError> {
    let example = layout(&PALIGEMMA, 256, &[1000, 1001], None)?;
    assert_eq!(example.ids[..256], [257_152; 256], "256 placeholders come first, before <bos>");
    assert_eq!(example.ids[256..], [2, 1000, 1001, 108], "<bos>, the prompt, and the line break as a token of its own");
    assert_eq!(example.prefix_length, 260, "all of it is prefix");
    Ok(())
}

/// Training: the answer follows the line break, and `<eos>` follows the answer. Both are put there whatever the texts
/// end with.
#[test]
fn an_answer_follows_the_line_break() -> Result<(), LayoutError> {
    let example = layout(&SPECIAL, 2, &[40, 41], Some(&[50, 51, 52]))?;
    assert_eq!(example.ids, [5, 5, 2, 40, 41, 4, 50, 51, 52, 1], "<image>×2 <bos> prompt \\n answer <eos>");
    assert_eq!(example.prefix_length, 6, "the line break belongs to the prefix, the answer does not");
    let repeated = layout(&SPECIAL, 1, &[8, 4], Some(&[9, 1]))?;
    assert_eq!(repeated.ids, [5, 2, 8, 4, 4, 9, 1, 1], "a prompt that ends with \\n gets another one, an answer <eos>");
    assert_eq!(repeated.prefix_length, 5, "both line breaks belong to the prefix");
    Ok(())
}

/// "Describe nothing in particular": the picture alone asks.
#[test]
fn an_empty_prompt_is_allowed() -> Result<(), LayoutError> {
    assert_eq!(layout(&SPECIAL, 1, &[], Some(&[9]))?.ids, [5, 2, 4, 9, 1], "<image> <bos> \\n answer <eos>");
    Ok(())
}

/// An answer of no words still ends: `<eos>` is what is learned.
#[test]
fn an_empty_answer_is_an_end_of_sequence() -> Result<(), LayoutError> {
    let example = layout(&SPECIAL, 1, &[8], Some(&[]))?;
    assert_eq!((example.ids, example.prefix_length), (vec![5, 2, 8, 4, 1], 4), "nothing but <eos> after the prefix");
    Ok(())
}

/// A placeholder typed into the prompt or the answer would take the picture's place.
#[test]
fn a_placeholder_in_the_text_is_refused() {
    let in_prompt = layout(&SPECIAL, 1, &[8, 5], None);
    let expected = LayoutError::PlaceholderInText { text: "prompt", token: 5, place: 1 };
    assert_eq!(in_prompt, Err(expected), "the error says where the placeholder stands");
    let in_answer = layout(&SPECIAL, 1, &[8], Some(&[9, 9, 5]));
    let expected = LayoutError::PlaceholderInText { text: "answer", token: 5, place: 2 };
    assert_eq!(in_answer, Err(expected), "answers are checked too, and the place is counted within the answer");
}

proptest! {
    #![proptest_config(spec::cases(64))]

    /// What is learned from is exactly the answer and `<eos>`; what is given at run time is exactly the prefix.
    #[test]
    fn asking_is_training_without_the_answer(
        image_tokens in 0usize..5,
        prompt in prop::collection::vec(6u32..99, 0..6),
        answer in prop::collection::vec(6u32..99, 0..6),
    ) {
        let asked = layout(&SPECIAL, image_tokens, &prompt, None)?;
        let taught = layout(&SPECIAL, image_tokens, &prompt, Some(&answer))?;
        prop_assert_eq!(asked.prefix_length, asked.ids.len(), "a question is all prefix");
        prop_assert_eq!(taught.prefix_length, asked.prefix_length, "an answer does not change the prefix");
        let (prefix, suffix) = taught.ids.split_at(taught.prefix_length);
        prop_assert_eq!(prefix, &asked.ids[..], "the same tokens up to the line break");
        prop_assert_eq!(suffix, &[&answer[..], &[SPECIAL.eos]].concat()[..], "the suffix is the answer and <eos>");
    }
}
