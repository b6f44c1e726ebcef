//! Specification of what a resized line mixes.

use published_weights::{Window, bicubic_weights};
use spec::proptest::prelude::*;

#[track_caller]
fn assert_mixes(found: &Window, first: usize, weights: &[f64], sentence: &str) {
    let fits = found.first == first
        && found.weights.len() == weights.len()
        && found.weights.iter().zip(weights).all(|(found, expected)| (found - expected).abs() < 1e-6);
    assert!(
        fits,
        "expected: {sentence}: {weights:.6?} from pixel {first} on\nbut it mixes {:.6?} from pixel {} on",
        found.weights, found.first
    );
}

/// A new line with old values.
fn resized(line: &[f64], new: usize) -> Vec<f64> {
    let mix = |place: usize| {
        let Window { first, weights } = bicubic_weights(line.len(), new, place);
        weights.iter().zip(&line[first..]).map(|(weight, value)| weight * value).sum()
    };
    (0..new).map(mix).collect()
}

/// Twice as long: the middle of pixel 7 lies at 3.75, a quarter of a pixel behind the middle of old pixel 3.
#[test]
fn a_pixel_between_two_others_mixes_four() {
    let expected = [-0.0703125, 0.8671875, 0.2265625, -0.0234375];
    assert_mixes(&bicubic_weights(10, 20, 7), 2, &expected, "the curve with −0.5 at 1.25, 0.25, 0.75 and 1.75");
}

/// Half as long: the curve is stretched to twice its width, and eight old pixels have a say. Two thirds as long: it is
/// stretched to one and a half times its width, and six have.
#[test]
fn shrinking_looks_at_more_pixels() {
    let expected = [-0.0117188, -0.0351563, 0.1132813, 0.4335938, 0.4335938, 0.1132813, -0.0351563, -0.0117188];
    assert_mixes(&bicubic_weights(20, 10, 5), 7, &expected, "the curve at 1.75, 1.25, 0.75 and 0.25, halved");
    let expected = [-5.0, -25.0, 243.0, 405.0, 57.0, -27.0].map(|weight| weight / 648.0);
    let sentence = "the curve at 11/6, 7/6, 3/6, 1/6, 5/6 and 9/6, divided by 1.5";
    assert_mixes(&bicubic_weights(15, 10, 5), 5, &expected, sentence);
}

/// At the edge some of the pixels do not exist; those that do share the weight of all.
#[test]
fn beyond_the_edge_there_is_nothing() {
    let found = bicubic_weights(8, 16, 0);
    assert_mixes(&found, 0, &[1.0882353, -0.0882353], "0.8672 and −0.0703, over their sum");
}

proptest! {
    #![proptest_config(spec::cases(64))]

    /// A picture of one colour stays as it is, at the edges, too.
    #[test]
    fn a_plain_line_stays_plain(old in 1usize..40, new in 1usize..40) {
        for (place, value) in resized(&vec![7.0; old], new).into_iter().enumerate() {
            prop_assert!((value - 7.0).abs() < 1e-6, "{old} → {new}: pixel {place} of a line of sevens is {value}");
        }
    }

    /// Resizing to the same length changes nothing.
    #[test]
    fn the_same_length_is_the_same_line(line in prop::collection::vec(-9.0f64..9.0, 1..20)) {
        let found = resized(&line, line.len());
        let far = found.iter().zip(&line).map(|(found, value)| (found - value).abs()).fold(0.0, f64::max);
        prop_assert!(far < 1e-6, "a line of {} pixels changes by {far} when its length stays", line.len());
    }

    /// A mirrored line becomes the mirrored result: the middles of both lines coincide.
    #[test]
    fn neither_end_is_favoured(line in prop::collection::vec(-9.0f64..9.0, 2..20), new in 1usize..30) {
        let mirrored: Vec<f64> = line.iter().rev().copied().collect();
        let (there, mut back) = (resized(&line, new), resized(&mirrored, new));
        back.reverse();
        let far = there.iter().zip(&back).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        prop_assert!(far < 1e-6, "{} → {new}: mirrored, the result differs by {far}", line.len());
    }

    /// Wherever a line shrinks, every old pixel has a say in some new one.
    #[test]
    fn no_pixel_is_skipped(new in 1usize..10, times in 2usize..9) {
        let old = new * times;
        let mut say = vec![0.0; old];
        for place in 0..new {
            let Window { first, weights } = bicubic_weights(old, new, place);
            weights.iter().enumerate().for_each(|(offset, weight)| say[first + offset] += weight);
        }
        let skipped = say.iter().position(|say| say.abs() < 1e-9);
        prop_assert!(skipped.is_none(), "{old} → {new}: old pixel {skipped:?} has no say in any new one");
    }
}
