//! A test of your own: it should accept SigLIP's loss, and reject every other.
//!
//! `assert_number(&tensor, number, tolerance, "the property as a sentence")` compares a tensor of one number with a number.

use candle_core::Tensor;
use contrastive_loss::sigmoid_loss;
use spec::proptest::prelude::*;
use spec::{assert_number, cases, device, tensors};

proptest! {
    #![proptest_config(cases(32))]

    /// The logit of picture i and text j rises by one, and all others stay. By how much does the loss change?
    #[test]
    fn one_logit_more(logits in tensors((4, 4)), i in 0usize..4, j in 0usize..4) {
        // ANCHOR: one_logit_more
        let mut raised = logits.to_vec2::<f32>()?;
        let before = f64::from(raised[i][j]);
        raised[i][j] += 1.0;
        let change = (sigmoid_loss(&Tensor::new(raised, &device())?)? - sigmoid_loss(&logits)?)?;
        let label = if i == j { 1.0 } else { -1.0 };
        let surprise = |logit: f64| (-label * logit).exp().ln_1p();
        let expected = (surprise(before + 1.0) - surprise(before)) / 4.0;
        assert_number(&change, expected, 1e-5, "one question of sixteen is answered differently, and four pictures share it");
        // ANCHOR_END: one_logit_more
    }
}
