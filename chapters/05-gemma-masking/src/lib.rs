//! gemma-masking.
