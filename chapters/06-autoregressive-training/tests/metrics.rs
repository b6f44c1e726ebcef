//! Specification of the scores and of the blind guesser.

use autoregressive_training::BlindGuesser;
use autoregressive_training::metrics::{Share, box_overlap, same_set};
use data::BoundingBox;
use spec::proptest::prelude::*;

/// The order of names does not matter; which names there are, and how often, does.
#[test]
fn captions_are_compared_as_sets_of_names() {
    assert!(same_set("dog and red apple", "red apple and dog"), "another order");
    assert!(same_set("dog", "dog"));
    assert!(!same_set("dog", "dog and cat"), "a name is missing");
    assert!(!same_set("dog and cat and key", "dog and cat"), "a name too many");
    assert!(!same_set("dog and dog", "dog"), "twice is not once");
    assert!(!same_set("dog and dog and cat", "dog and cat and cat"), "each name as often as in the truth");
    assert!(!same_set("", "dog"), "silence names nothing");
    assert!(!same_set("apple", "red apple"), "half a name is another name");
}

/// A share of nothing is zero, not a division by it.
#[test]
fn a_share_counts_hits() {
    let mut share = Share::default();
    assert_eq!((share.fraction(), share.total()), (0.0, 0), "nothing counted yet");
    [true, false, false, true].into_iter().for_each(|hit| share.count(hit));
    assert_eq!((share.fraction(), share.total()), (0.5, 4), "two of four");
}

fn bounds(y_min: f32, x_min: f32, y_max: f32, x_max: f32) -> BoundingBox {
    BoundingBox { y_min, x_min, y_max, x_max }
}

/// The first box with the right name counts, and no other.
#[test]
fn a_box_counts_under_its_own_name() {
    let (left, whole) = (bounds(0.0, 0.0, 1.0, 0.5), bounds(0.0, 0.0, 1.0, 1.0));
    let answer = [("cat".to_owned(), whole), ("dog".to_owned(), left), ("dog".to_owned(), whole)];
    assert_eq!(box_overlap(&answer, "dog", &left), 1.0, "the dog's box is the second one");
    assert_eq!(box_overlap(&answer, "dog", &whole), 0.5, "half of the truth is covered; a second try does not count");
    assert_eq!(box_overlap(&answer, "key", &whole), 0.0, "no box of that name");
    assert_eq!(box_overlap(&[], "dog", &whole), 0.0, "no box at all");
    let inside_out = [("dog".to_owned(), bounds(1.0, 1.0, 0.0, 0.0))];
    assert_eq!(box_overlap(&inside_out, "dog", &whole), 0.0, "a box that is turned inside out covers nothing");
}

/// The commonest answer to the very prompt.
#[test]
fn the_guesser_says_what_is_commonest() {
    let mut guesser = BlindGuesser::default();
    assert_eq!(guesser.guess("anything"), "", "without having studied there is nothing to say");
    for (prompt, answer) in [("is there a dog?", "yes"), ("is there a dog?", "no"), ("is there a dog?", "yes")] {
        guesser.learn(prompt, answer);
    }
    for _ in 0..3 {
        guesser.learn("how many?", "two"); // neither the first nor the last in the alphabet
    }
    assert_eq!(guesser.guess("is there a dog?"), "yes", "two of three");
    assert_eq!(guesser.guess("how many?"), "two", "each prompt has its own commonest answer");
    assert_eq!(guesser.guess("what is it?"), "two", "to a new prompt, the commonest answer of all");
}

proptest! {
    #![proptest_config(spec::cases(32))]

    /// Among equally common answers the alphabetically first, in whatever order they were learned.
    #[test]
    fn ties_are_broken_alphabetically(answers in Just(["b", "a", "d", "c"]).prop_shuffle()) {
        let mut guesser = BlindGuesser::default();
        answers.iter().for_each(|answer| guesser.learn("prompt", answer));
        prop_assert_eq!(guesser.guess("prompt"), "a", "learned in the order {:?}", answers);
    }

    /// Any order of the same names is the same set.
    #[test]
    fn any_order_is_the_same_set(names in Just(["dog", "red apple", "key", "dog"]).prop_shuffle()) {
        prop_assert!(same_set(&names.join(" and "), "dog and dog and key and red apple"), "{names:?}");
    }
}
