//! siglip-training.
