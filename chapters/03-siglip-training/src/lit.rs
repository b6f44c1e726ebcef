//! LiT: lock the picture's tower, tune the caption's.
//!
//! When a good vision encoder exists already, contrastive training can leave it alone and only teach the text tower to
//! read what it says. The locked tower gets no gradient, which also spares its whole backward pass.
//!
//! # Source
//! Zhai et al. 2022, arXiv 2111.07991 (LiT: "Locked-image Tuning").

/// Which side of a dual encoder is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lock {
    /// Both towers learn (CLIP, SigLIP).
    #[default]
    None,
    /// The picture's tower is locked (LiT).
    Pictures,
}

impl Lock {
    /// Is the parameter of this name kept as it is? Made for [`foundations::Params::builder_with_frozen`].
    pub fn is_frozen(self, name: &str) -> bool {
        // ANCHOR: lock_is_frozen
        match self {
            Lock::None => false,
            Lock::Pictures => name.starts_with("vision_model."),
        }
        // ANCHOR_END: lock_is_frozen
    }
}
