//! autoregressive-training.
