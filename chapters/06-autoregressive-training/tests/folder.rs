//! Specification of examples from a folder.

mod support;

use autoregressive_training::{ExampleSource, FolderSource, TaskExample};
use spec::proptest::prelude::*;
use support::example;

fn source(many: usize, batch_size: usize, seed: u64) -> FolderSource {
    let examples = (0..many).map(|number| example(number as u32, "caption en", &number.to_string())).collect();
    FolderSource::new(examples, batch_size, seed).expect("there are some")
}

/// The numbers of the examples in the first `steps` batches.
fn drawn(source: &FolderSource, steps: u64) -> Vec<usize> {
    let batches = (0..steps).map(|step| source.batch(step).expect("a list never fails"));
    batches.flatten().map(|TaskExample { answer, .. }| answer.parse().expect("a number")).collect()
}

proptest! {
    #![proptest_config(spec::cases(32))]

    /// Before anything comes a second time, everything has come once.
    #[test]
    fn each_pass_shows_every_picture_once(many in 1usize..12, batch_size in 1usize..7, seed in 0u64..99) {
        let drawn = drawn(&source(many, batch_size, seed), 3 * many as u64);
        for pass in drawn.chunks_exact(many) {
            let mut seen = pass.to_vec();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..many).collect::<Vec<_>>(), "a pass through {} pictures was {:?}", many, pass);
        }
    }
}

/// Two passes differ in their order, and the same seed gives the same.
#[test]
fn passes_have_an_order_of_their_own() {
    let first = drawn(&source(9, 9, 1), 4);
    assert_eq!(first, drawn(&source(9, 9, 1), 4), "the same seed draws the same");
    assert_ne!(first[..9], first[9..18], "each pass has another order");
    assert_ne!(first, drawn(&source(9, 9, 2), 4), "and each seed others");
}

/// There is nothing to be learned from nothing.
#[test]
fn no_examples_are_no_source() {
    assert!(FolderSource::new(Vec::new(), 4, 1).is_none());
}
