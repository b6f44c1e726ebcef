//! A test of your own: it should accept CLIP's loss, and reject every other.
//!
//! `assert_close(&actual, &expected, tolerance, "the property as a sentence")` compares two tensors.

use candle_core::Tensor;
use contrastive_loss::clip_loss;
use spec::proptest::prelude::*;
use spec::{assert_close, cases, tensors_within};

proptest! {
    #![proptest_config(cases(32))]

    /// Every pair stands in the batch twice: each question has twice as many options. By how much does the loss change?
    #[test]
    fn everybody_twice(logits in tensors_within((3, 3), 200.0)) {
        // ANCHOR: everybody_twice
        let wide = Tensor::cat(&[&logits, &logits], 1)?; // [3, 6]
        let twice = Tensor::cat(&[&wide, &wide], 0)?; // [6, 6]
        let once = clip_loss(&logits)?;
        let expected = (&once + std::f64::consts::LN_2)?;
        assert_close(&clip_loss(&twice)?, &expected, 1e-5, "one more choice between two that are alike costs ln 2");
        assert_close(&clip_loss(&logits.t()?)?, &once, 1e-5, "pictures and texts ask the same question");
        // ANCHOR_END: everybody_twice
    }
}
