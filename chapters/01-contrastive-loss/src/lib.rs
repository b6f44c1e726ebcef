//! contrastive-loss.
