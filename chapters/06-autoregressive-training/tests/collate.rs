//! Specification of collation: who predicts what, and how much it counts.

use autoregressive_training::{Averaging, Batch, collate};
use candle_core::{DType, Result, Tensor};
use projection::prompt::Example;
use spec::proptest::prelude::*;
use spec::{assert_close, assert_number, device};

/// The course's own tokenizer pads with 0; others have another number for it.
const PAD: u32 = 9;

fn batch(examples: &[Example], averaging: Averaging) -> Result<Batch> {
    let pixels = Tensor::zeros((examples.len(), 3, 8, 8), DType::F32, &device())?;
    collate(examples, pixels, PAD, averaging, &device())
}

fn example(ids: &[u32], prefix_length: usize) -> Example {
    Example { ids: ids.to_vec(), prefix_length }
}

/// The example of the module's documentation, with two image tokens (5), `<bos>` 2, "caption en" 20 21, the line break
/// 4, "dog and cat" 30 31 32 and `<eos>` 1, beside a longer row.
#[test]
fn a_position_predicts_the_token_that_follows_it() -> Result<()> {
    let dog_and_cat = example(&[5, 5, 2, 20, 21, 4, 30, 31, 32, 1], 6);
    let yes = example(&[5, 5, 2, 20, 21, 22, 23, 24, 25, 4, 33, 1], 10);
    let batch = batch(&[dog_and_cat, yes], Averaging::PerToken)?;
    let ids = batch.ids.to_vec2::<u32>()?;
    assert_eq!(ids[0], [5, 5, 2, 20, 21, 4, 30, 31, 32, 1, PAD, PAD], "the shorter row is padded on the right");
    assert_eq!(ids[1], [5, 5, 2, 20, 21, 22, 23, 24, 25, 4, 33, 1], "the longer row is full");
    assert_eq!((batch.lengths, batch.prefix_lengths), (vec![10, 12], vec![6, 10]), "lengths do not count padding");
    // Row 0: the line break at 5 predicts "dog", and so on; row 1 begins at 12 in the flattened table.
    assert_eq!(
        batch.predicting.to_vec1::<u32>()?,
        [5, 6, 7, 8, 12 + 9, 12 + 10],
        "from the line break to the last word"
    );
    assert_eq!(batch.targets.to_vec1::<u32>()?, [30, 31, 32, 1, 33, 1], "the answers with <eos>, and nothing else");
    Ok(())
}

/// Answers of three and one token (and `<eos>`): by example each row counts a half, by token each token a sixth.
#[test]
fn weights_by_example_and_by_token() -> Result<()> {
    let rows = [example(&[2, 4, 30, 31, 32, 1], 2), example(&[2, 4, 33, 1], 2)];
    let per_example = Tensor::new(&[0.125f32, 0.125, 0.125, 0.125, 0.25, 0.25], &device())?;
    let sentence = "a half for each example, shared out among its four and two tokens";
    assert_close(&batch(&rows, Averaging::PerExample)?.weights, &per_example, 1e-7, sentence);
    let per_token = Tensor::full(1f32 / 6.0, 6, &device())?;
    assert_close(&batch(&rows, Averaging::PerToken)?.weights, &per_token, 1e-7, "a sixth for each of six tokens");
    Ok(())
}

/// big_vision's way is the default.
#[test]
fn examples_count_alike_unless_said_otherwise() {
    assert_eq!(Averaging::default(), Averaging::PerExample);
}

proptest! {
    #![proptest_config(spec::cases(48))]

    /// For rows of any lengths: weights sum to one, padding neither predicts nor is predicted, and every suffix token
    /// is predicted exactly once, by the position before it.
    #[test]
    fn rows_of_any_lengths(lengths in prop::collection::vec((1usize..6, 1usize..5), 1..5), per_token in any::<bool>()) {
        let averaging = if per_token { Averaging::PerToken } else { Averaging::PerExample };
        let rows: Vec<Example> = lengths
            .iter()
            .enumerate()
            .map(|(row, (prefix, suffix))| {
                let ids = (0..prefix + suffix).map(|position| (100 * (row + 1) + position) as u32).collect();
                Example { ids, prefix_length: *prefix }
            })
            .collect();
        let batch = batch(&rows, averaging)?;
        assert_number(&batch.weights.sum_all()?, 1.0, 1e-6, "the weights sum to one, so the loss is an average");
        let t = batch.ids.dim(1)?;
        let longest = lengths.iter().map(|(prefix, suffix)| prefix + suffix).max().unwrap_or(0);
        prop_assert_eq!(t, longest, "all rows are padded to the longest");
        let flat = batch.ids.flatten_all()?.to_vec1::<u32>()?;
        let predicting = batch.predicting.to_vec1::<u32>()?;
        let targets = batch.targets.to_vec1::<u32>()?;
        for (&place, &target) in predicting.iter().zip(&targets) {
            prop_assert!(flat[place as usize] != PAD && target != PAD, "padding neither predicts nor is predicted");
            prop_assert_eq!(flat[place as usize + 1], target, "each position predicts its right neighbour");
        }
        let suffixes = rows.iter().flat_map(|row| row.ids[row.prefix_length..].iter().copied());
        prop_assert_eq!(targets, suffixes.collect::<Vec<u32>>(), "the suffixes, each token once");
    }
}
