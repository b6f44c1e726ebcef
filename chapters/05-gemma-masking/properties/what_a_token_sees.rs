//! A test of your own: it should accept the prefix-LM mask, and reject every other.

use gemma_masking::prefix_lm_mask;
use spec::proptest::prelude::*;
use spec::{cases, device};

proptest! {
    #![proptest_config(cases(48))]

    /// A prefix, an answer and padding, each of any length. Which keys does a query see?
    #[test]
    fn what_a_token_sees(prefix in 0usize..5, answer in 1usize..5, padding in 0usize..4) {
        // ANCHOR: what_a_token_sees
        let (length, width) = (prefix + answer, prefix + answer + padding);
        let mask = prefix_lm_mask(&[prefix], &[length], width, &device())?.get(0)?.to_vec2::<u8>()?; // [t, t]
        for (query, row) in mask.iter().enumerate() {
            for (key, &bit) in row.iter().enumerate() {
                let allowed = key < length && (key < prefix || key <= query);
                prop_assert_eq!(bit == 1, allowed, "query {} and key {} of {:?}", query, key, &mask);
            }
        }
        // ANCHOR_END: what_a_token_sees
    }
}
