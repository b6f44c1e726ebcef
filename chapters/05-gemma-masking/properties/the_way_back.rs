//! A test of your own: it should accept Gemma's RMSNorm, and reject every other.
//!
//! `assert_close(&actual, &expected, tolerance, "the property as a sentence")` compares two tensors.

use candle_core::D;
use gemma_masking::rms_norm;
use spec::proptest::prelude::*;
use spec::{assert_close, cases, tensors};

proptest! {
    #![proptest_config(cases(32))]

    /// RMSNorm divides by a root and stretches. Undo one of the two: what is left of `x`?
    #[test]
    fn the_way_back(x in tensors((2, 6)), weight in tensors(6), eps in 0.01f64..1.0) {
        // ANCHOR: the_way_back
        let root = (x.sqr()?.mean_keepdim(D::Minus1)? + eps)?.sqrt()?; // [2, 1]
        let back = rms_norm(&x, &weight, eps)?.broadcast_mul(&root)?; // [2, 6]
        let stretched = x.broadcast_mul(&(weight + 1.0)?)?; // [2, 6]
        assert_close(&back, &stretched, 1e-5, "times √(mean(x²) + eps) it is x · (1 + w) again");
        // ANCHOR_END: the_way_back
    }
}
