//! Specification of `recall_at_k`.

use candle_core::{DType, Result, Tensor};
use contrastive_loss::{Recall, recall_at_k};
use spec::proptest::prelude::*;
use spec::{cases, device, random, tensors};

const PERFECT: Recall = Recall { image_to_text: 1.0, text_to_image: 1.0 };
const NOTHING: Recall = Recall { image_to_text: 0.0, text_to_image: 0.0 };

/// Picture i belongs to text i.
fn in_order(n: usize) -> Vec<usize> {
    (0..n).collect()
}

/// Three pictures and three texts, small enough to check by eye.
#[test]
fn a_small_table_by_hand() -> Result<()> {
    let similarity = Tensor::new(&[[0.9f32, 0.1, 0.2], [0.8, 0.5, 0.1], [0.3, 0.4, 0.6]], &device())?;
    let at_1 = recall_at_k(&similarity, &in_order(3), 1)?;
    assert_eq!(at_1.image_to_text, 2.0 / 3.0, "pictures 0 and 2 rank their text first; picture 1 prefers text 0");
    assert_eq!(at_1.text_to_image, 1.0, "every column's largest entry is on the diagonal");
    assert_eq!(recall_at_k(&similarity, &in_order(3), 2)?, PERFECT, "picture 1 finds its text in second place");
    Ok(())
}

/// The best and the worst matrix there is.
#[test]
fn the_diagonal_decides() -> Result<()> {
    let eye = Tensor::eye(5, DType::F32, &device())?;
    for k in 1..=5 {
        assert_eq!(recall_at_k(&eye, &in_order(5), k)?, PERFECT, "the diagonal is the largest of row and column");
        let expected = if k < 5 { NOTHING } else { PERFECT };
        assert_eq!(
            recall_at_k(&eye.neg()?, &in_order(5), k)?,
            expected,
            "the diagonal is the smallest; only k = 5 finds it"
        );
    }
    Ok(())
}

/// A model that says the same of everything has found nothing: ties do not count.
#[test]
fn ties_count_against_the_right_answer() -> Result<()> {
    let same = Tensor::full(0.5f32, (4, 4), &device())?;
    assert_eq!(recall_at_k(&same, &in_order(4), 3)?, NOTHING, "with all scores equal, the right one could be the last");
    assert_eq!(recall_at_k(&same, &in_order(4), 4)?, PERFECT, "among all four it is certainly there");
    Ok(())
}

/// A model that has broken down must not look perfect; and one wrong score that is not a number counts as the highest.
#[test]
fn scores_that_are_not_numbers_find_nothing() -> Result<()> {
    let broken = Tensor::full(f32::NAN, (3, 3), &device())?;
    assert_eq!(recall_at_k(&broken, &in_order(3), 2)?, NOTHING, "NaN is no evidence of anything");
    let one = Tensor::new(&[[0.5f32, f32::NAN], [0.1, 0.9]], &device())?;
    let recall = recall_at_k(&one, &in_order(2), 1)?;
    assert_eq!(recall.image_to_text, 0.5, "the wrong text of picture 0 has no score: it counts as the highest");
    assert_eq!(recall.text_to_image, 0.5, "the wrong picture of text 1 has no score: it counts as the highest");
    Ok(())
}

/// Two pictures of a dog share the caption "dog": the text has found a dog when it has found either.
#[test]
fn pictures_may_share_a_text() -> Result<()> {
    let similarity = Tensor::new(&[[0.9f32, 0.1], [0.2, 0.8], [0.7, 0.9]], &device())?;
    let recall = recall_at_k(&similarity, &[0, 0, 1], 1)?;
    assert_eq!(recall.image_to_text, 2.0 / 3.0, "picture 1 prefers the wrong text");
    assert_eq!(recall.text_to_image, 1.0, "text 0 ranks one of its two pictures first, text 1 its only one");
    Ok(())
}

/// Which of the right candidates is the best one does not matter, and not where it stands in the list.
#[test]
fn any_right_candidate_will_do() -> Result<()> {
    let similarity = Tensor::new(&[[0.1f32, 0.0], [0.9, 0.0], [0.5, 0.1]], &device())?;
    let recall = recall_at_k(&similarity, &[0, 0, 1], 1)?;
    assert_eq!(recall.text_to_image, 1.0, "text 0 finds its second picture first, text 1 its only one");
    Ok(())
}

/// One score that is not a number: it finds nothing itself, and the others keep their answers.
#[test]
fn a_right_score_that_is_not_a_number_is_not_found() -> Result<()> {
    let similarity = Tensor::new(&[[f32::NAN, 0.5], [0.1, 0.9]], &device())?;
    let recall = recall_at_k(&similarity, &in_order(2), 1)?;
    assert_eq!(recall.image_to_text, 0.5, "picture 0 has no score for its text; picture 1 has");
    Ok(())
}

/// Cosines may be negative: the best right score is not at least zero.
#[test]
fn negative_scores_are_scores() -> Result<()> {
    let similarity = Tensor::new(&[[-0.5f32, -0.2], [-0.1, -0.9]], &device())?;
    assert_eq!(recall_at_k(&similarity, &in_order(2), 1)?, NOTHING, "both pictures prefer the other's text");
    Ok(())
}

/// A text that no picture belongs to is a distractor: pictures can fall for it, and it is not asked itself.
#[test]
fn texts_without_a_picture_are_only_distractors() -> Result<()> {
    let similarity = Tensor::new(&[[0.5f32, 0.9], [0.4, 0.1]], &device())?;
    let recall = recall_at_k(&similarity, &[0, 0], 1)?;
    assert_eq!(recall.image_to_text, 0.5, "picture 0 falls for the text without a picture");
    assert_eq!(recall.text_to_image, 1.0, "only text 0 is asked");
    Ok(())
}

proptest! {
    #![proptest_config(cases(32))]

    /// Looking at more candidates cannot lose an answer; looking at all of them finds everything.
    #[test]
    fn recall_grows_with_k(similarity in tensors((5, 5))) {
        let mut previous = NOTHING;
        for k in 1..=5 {
            let recall = recall_at_k(&similarity, &in_order(5), k)?;
            prop_assert!(recall.image_to_text >= previous.image_to_text, "recall@{k} fell: {recall:?} after {previous:?}");
            prop_assert!(recall.text_to_image >= previous.text_to_image, "recall@{k} fell: {recall:?} after {previous:?}");
            previous = recall;
        }
        prop_assert_eq!(previous, PERFECT, "among all candidates the right one is always there");
    }

    /// Only the order of scores matters: scale and bias of the logits change no ranking.
    #[test]
    fn scale_and_bias_change_no_ranking(seed in 0u64..1000, scale in 0.1f64..10.0, bias in -5.0f64..5.0) {
        let similarity = random((6, 6), seed).to_dtype(DType::F64)?;
        let recall = recall_at_k(&similarity, &in_order(6), 2)?;
        let moved = recall_at_k(&similarity.affine(scale, bias)?, &in_order(6), 2)?;
        prop_assert_eq!(moved, recall, "left: every similarity scaled and shifted alike");
    }

    /// Exchanging pictures and texts exchanges the two numbers.
    #[test]
    fn the_two_directions_mirror_each_other(similarity in tensors((5, 5)), k in 1usize..5) {
        let there = recall_at_k(&similarity, &in_order(5), k)?;
        let back = recall_at_k(&similarity.t()?, &in_order(5), k)?;
        prop_assert_eq!((there.image_to_text, there.text_to_image), (back.text_to_image, back.image_to_text));
    }

    /// Renumbering the texts, in the matrix and in the list alike, changes nothing.
    #[test]
    fn the_numbering_of_texts_does_not_matter(similarity in tensors((4, 4)), turn in 0usize..4, k in 1usize..4) {
        let place_of_new: Vec<u32> = (0..4).map(|i| ((i + turn) % 4) as u32).collect();
        let renumbered = similarity.index_select(&Tensor::new(place_of_new, &device())?, 1)?;
        let relevant: Vec<usize> = (0..4).map(|i| (i + 4 - turn) % 4).collect();
        prop_assert_eq!(recall_at_k(&renumbered, &relevant, k)?, recall_at_k(&similarity, &in_order(4), k)?);
    }
}

/// Each wrong argument is named.
#[test]
fn impossible_questions_are_refused() {
    let similarity = random((2, 3), 1);
    let message =
        |relevant: &[usize], k| recall_at_k(&similarity, relevant, k).expect_err("should be refused").to_string();
    assert!(message(&[0, 1], 0).contains("k = 1"), "recall@0 has no meaning");
    assert!(message(&[0], 1).contains("2 pictures"), "one index per picture");
    assert!(message(&[0, 3], 1).contains("text 3"), "there is no text 3");
}
