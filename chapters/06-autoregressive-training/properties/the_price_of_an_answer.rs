//! A test of your own: it should accept the suffix loss, and reject every other.
//!
//! `assert_number(&tensor, number, tolerance, "the property as a sentence")` compares a tensor of one number with a number.

use autoregressive_training::suffix_loss;
use candle_core::{DType, Tensor};
use spec::proptest::prelude::*;
use spec::{assert_number, cases, device, tensors_within};

proptest! {
    #![proptest_config(cases(32))]

    /// Three tokens of an answer, a vocabulary of five, and weights that need not sum to one. What does the answer cost?
    #[test]
    fn the_price_of_an_answer(
        logits in tensors_within((3, 5), 200.0),
        targets in prop::array::uniform3(0u32..5),
        weights in prop::array::uniform3(0f32..1.0),
    ) {
        // ANCHOR: the_price_of_an_answer
        let mut expected = 0.0;
        for (row, logits) in logits.to_dtype(DType::F64)?.to_vec2::<f64>()?.iter().enumerate() {
            let sum: f64 = logits.iter().map(|logit| logit.exp()).sum(); // f64 is wide enough for e²⁰⁰
            let surprise = sum.ln() - logits[targets[row] as usize];
            expected += f64::from(weights[row]) * surprise;
        }
        let loss = suffix_loss(&logits, &Tensor::new(&targets, &device())?, &Tensor::new(&weights, &device())?)?;
        assert_number(&loss, expected, 1e-4, "weight times −log p(target), summed over the tokens");
        // ANCHOR_END: the_price_of_an_answer
    }
}
