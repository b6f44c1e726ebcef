//! A test of your own: it should accept collation as PaliGemma does it, and reject every other.

use autoregressive_training::{Averaging, collate};
use candle_core::{DType, Tensor};
use projection::prompt::Example;
use spec::proptest::prelude::*;
use spec::{cases, device};

/// Rows with prefixes and answers of these lengths, in which no token stands twice.
fn examples(lengths: &[(usize, usize)]) -> Vec<Example> {
    let row = |(row, &(prefix, answer)): (usize, &(usize, usize))| {
        let ids = (0..prefix + answer).map(|position| (100 * (row + 1) + position) as u32).collect();
        Example { ids, prefix_length: prefix }
    };
    lengths.iter().enumerate().map(row).collect()
}

proptest! {
    #![proptest_config(cases(48))]

    /// A few rows of any lengths. For each of them: which targets does it have, who predicts them, how much do they count?
    #[test]
    fn row_by_row(lengths in prop::collection::vec((1usize..6, 1usize..5), 1..5)) {
        let rows = examples(&lengths);
        let pixels = Tensor::zeros((rows.len(), 3, 8, 8), DType::F32, &device())?;
        let batch = collate(&rows, pixels, 0, Averaging::PerExample, &device())?;
        // ANCHOR: row_by_row
        let width = batch.ids.dim(1)?;
        let ids = batch.ids.flatten_all()?.to_vec1::<u32>()?;
        let targets = batch.targets.to_vec1::<u32>()?;
        let weights = batch.weights.to_vec1::<f32>()?;
        let places: Vec<usize> = batch.predicting.to_vec1::<u32>()?.iter().map(|&place| place as usize).collect();
        for (row, example) in rows.iter().enumerate() {
            let own: Vec<usize> = (0..places.len()).filter(|&k| places[k] / width == row).collect();
            let answer: Vec<u32> = own.iter().map(|&k| targets[k]).collect();
            prop_assert_eq!(&answer, &example.ids[example.prefix_length..], "the answer to its end, and nothing else");
            let followed = own.iter().all(|&k| ids[places[k] + 1] == targets[k]);
            prop_assert!(followed, "every target is predicted by the place before it");
            let share: f32 = own.iter().map(|&k| weights[k]).sum();
            prop_assert!((share * rows.len() as f32 - 1.0).abs() < 1e-5, "row {row} counts {share}");
        }
        // ANCHOR_END: row_by_row
    }
}
