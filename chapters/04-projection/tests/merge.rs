//! Specification of merging image tokens and words.

use candle_core::{Result, Tensor};
use projection::{MergeError, merge};
use spec::proptest::prelude::*;
use spec::{assert_close, assert_gradients_match, device, random, random_f64};

const IMAGE: u32 = 5;
const D: usize = 3;

fn ids(rows: &[&[u32]]) -> Result<Tensor> {
    Tensor::from_vec(rows.concat(), (rows.len(), rows[0].len()), &device())
}

/// Words are 100, 101, … by place, image tokens 1 and 2: easy to recognise afterwards.
#[test]
fn image_tokens_take_the_placeholders_in_order() -> Result<()> {
    let words = (Tensor::arange(0f32, 4.0, &device())? + 100.0)?.reshape((1, 4, 1))?;
    let picture = Tensor::new(&[[[1f32], [2.0]]], &device())?;
    let front = merge(&ids(&[&[IMAGE, IMAGE, 7, 8]])?, &words, &picture, IMAGE)?.flatten_all()?.to_vec1::<f32>()?;
    assert_eq!(front, [1.0, 2.0, 102.0, 103.0], "PaliGemma's order: the picture first");
    let spread = merge(&ids(&[&[7, IMAGE, 8, IMAGE]])?, &words, &picture, IMAGE)?.flatten_all()?.to_vec1::<f32>()?;
    assert_eq!(spread, [100.0, 1.0, 102.0, 2.0], "wherever the places are, the first image token takes the first");
    Ok(())
}

/// Neither multiplied by √d, nor divided by it, nor of unit length: bit by bit what came in.
#[test]
fn image_tokens_enter_unscaled() -> Result<()> {
    let picture = (random((2, 3, D), 1) * 7.0)?;
    let tokens = ids(&[&[IMAGE, IMAGE, IMAGE, 2, 9], &[IMAGE, IMAGE, IMAGE, 2, 8]])?;
    let merged = merge(&tokens, &random((2, 5, D), 2), &picture, IMAGE)?;
    assert_close(&merged.narrow(1, 0, 3)?, &picture, 0.0, "image tokens are put in as they are");
    Ok(())
}

/// The words arrive scaled already, and are not touched again.
#[test]
fn words_pass_unchanged() -> Result<()> {
    let words = random((2, 5, D), 2);
    let tokens = ids(&[&[IMAGE, IMAGE, 2, 9, 0], &[IMAGE, IMAGE, 2, 8, 7]])?;
    let merged = merge(&tokens, &words, &random((2, 2, D), 1), IMAGE)?;
    assert_close(&merged.narrow(1, 2, 3)?, &words.narrow(1, 2, 3)?, 0.0, "words and padding pass as they are");
    Ok(())
}

/// Another picture: only the picture's places change, and only in its own example.
#[test]
fn a_picture_touches_its_own_places_only() -> Result<()> {
    let (words, pictures) = (random((2, 4, D), 1), [random((1, 2, D), 2), random((1, 2, D), 3)]);
    let tokens = ids(&[&[IMAGE, 6, IMAGE, 7], &[IMAGE, IMAGE, 6, 7]])?;
    let before = merge(&tokens, &words, &Tensor::cat(&pictures, 0)?, IMAGE)?;
    let moved_by = |changed: usize| -> Result<Vec<Vec<bool>>> {
        let mut pictures = pictures.clone();
        pictures[changed] = (&pictures[changed] * -1.0)?;
        let after = merge(&tokens, &words, &Tensor::cat(&pictures, 0)?, IMAGE)?;
        let moved = (&before - after)?.abs()?.max(2)?.to_vec2::<f32>()?;
        Ok(moved.into_iter().map(|row| row.into_iter().map(|size| size > 0.0).collect()).collect())
    };
    let (first, second) = (moved_by(0)?, moved_by(1)?);
    assert_eq!(first, [[true, false, true, false], [false; 4]], "the first picture fills places 0 and 2 of row 0");
    assert_eq!(second, [[false; 4], [true, true, false, false]], "the second picture fills places 0 and 1 of row 1");
    Ok(())
}

/// Too few places, too many, none: the error names the example and both counts.
#[test]
fn the_count_of_places_must_be_right() -> Result<()> {
    let (words, picture) = (random((2, 3, D), 1), random((2, 2, D), 2));
    for (row, count) in [([IMAGE, 7, 8], 1), ([IMAGE, IMAGE, IMAGE], 3), ([7, 8, 9], 0)] {
        let refused = merge(&ids(&[&[IMAGE, IMAGE, 7], &row])?, &words, &picture, IMAGE);
        let expected = matches!(refused, Err(MergeError::Count { row: 1, placeholders, image_tokens: 2 }) if placeholders == count);
        assert!(expected, "example 1 has {count} places for 2 image tokens, but merge said {refused:?}");
    }
    Ok(())
}

/// More words than tokens, more examples than rows of tokens, image tokens of another width: nothing is cut to fit.
#[test]
fn shapes_that_do_not_fit_are_refused() -> Result<()> {
    let tokens = ids(&[&[IMAGE, IMAGE, 7], &[IMAGE, IMAGE, 8]])?;
    for (words, picture, sentence) in [
        ((2, 4, D), (2, 2, D), "four words in each row do not fit three tokens"),
        ((3, 3, D), (3, 2, D), "words and pictures of three examples do not fit the tokens of two"),
        ((2, 3, D), (2, 2, D + 1), "words and image tokens differ in width"),
    ] {
        let refused = merge(&tokens, &random(words, 1), &random(picture, 2), IMAGE);
        assert!(refused.is_err(), "{sentence}, but merge said {refused:?}");
    }
    Ok(())
}

/// Gradients reach image tokens and words, each through its own places; a word below a placeholder gets none.
#[test]
fn gradients_match_finite_differences() -> Result<()> {
    let weighting = random_f64((2, 4, D), 3);
    let tokens = ids(&[&[IMAGE, 6, IMAGE, 7], &[6, IMAGE, IMAGE, 7]])?.to_device(weighting.device())?;
    let loss = |x: &[Tensor]| (merge(&tokens, &x[0], &x[1], IMAGE)?.sqr()? * &weighting)?.sum_all();
    let inputs = [random_f64((2, 4, D), 1), random_f64((2, 2, D), 2)];
    assert_gradients_match(loss, &inputs, "merging passes gradients to words and image tokens");
    Ok(())
}

proptest! {
    #![proptest_config(spec::cases(48))]

    /// Against its definition in words, place by place, for any arrangement.
    #[test]
    fn every_place_holds_what_it_should(places in prop::collection::vec(any::<bool>(), 1..8), seed in 0u64..99) {
        let n = places.iter().filter(|&&image| image).count();
        prop_assume!(n > 0);
        let (words, picture) = (random((1, places.len(), D), seed), random((1, n, D), seed + 100));
        let tokens: Vec<u32> = places.iter().map(|&image| if image { IMAGE } else { 9 }).collect();
        let merged = merge(&ids(&[&tokens])?, &words, &picture, IMAGE)?;
        let mut image_tokens = 0..n;
        for (place, &image) in places.iter().enumerate() {
            let expected = if image { picture.narrow(1, image_tokens.next().unwrap_or(0), 1)? } else { words.narrow(1, place, 1)? };
            assert_close(&merged.narrow(1, place, 1)?, &expected, 0.0, "image tokens in order, words elsewhere");
        }
    }
}
