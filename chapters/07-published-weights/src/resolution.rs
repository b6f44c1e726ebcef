//! How many tokens a picture becomes, and weights at another resolution than their own.
//!
//! PaliGemma is published for 224, 448 and 896 pixels. Between them one tensor changes its shape, the table of positions,
//! and one number its value, how many places a prompt keeps for the picture. Both follow from the side of the picture.

use std::collections::BTreeMap;

use autoregressive_training::model::VISION_PREFIX;
use candle_core::{Result, Tensor};
use vit_patching::{VisionConfig, interpolate};

/// Why a picture of some side does not fit a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolutionError {
    /// Patches must tile the picture.
    #[error("patches of {patch_size} pixels do not tile a side of {side}; give a multiple of the patch size")]
    PatchesDoNotTile {
        /// Side of the picture in pixels.
        side: usize,
        /// Side of a patch in pixels.
        patch_size: usize,
    },
    /// A file says another number than the one that follows from the sizes.
    #[error(
        "{stated} image tokens are stated, but {side} pixels in patches of {patch_size} are {counted}; take all files from the same model"
    )]
    AnotherCount {
        /// What the file says.
        stated: usize,
        /// What follows.
        counted: usize,
        /// Side of the picture in pixels.
        side: usize,
        /// Side of a patch in pixels.
        patch_size: usize,
    },
    /// Weights without the table of positions.
    #[error("'{0}' is missing from the weights; take them from a PaliGemma")]
    NoPositions(String),
}

/// How many places a prompt has to keep for a picture of `side` × `side` pixels: one for each patch, and nothing besides.
/// `stated` is what a file says about it, such as `num_image_tokens` or `image_seq_length`.
///
/// # Errors
/// When patches do not tile the picture, or another number is stated.
pub fn image_places(
    side: usize,
    patch_size: usize,
    stated: Option<usize>,
) -> std::result::Result<usize, ResolutionError> {
    // ANCHOR: image_places
    if side == 0 || patch_size == 0 || !side.is_multiple_of(patch_size) {
        return Err(ResolutionError::PatchesDoNotTile { side, patch_size });
    }
    let counted = (side / patch_size).pow(2);
    match stated {
        Some(stated) if stated != counted => Err(ResolutionError::AnotherCount { stated, counted, side, patch_size }),
        _ => Ok(counted),
    }
    // ANCHOR_END: image_places
}

/// What the table of positions is called.
pub fn positions_name() -> String {
    format!("{VISION_PREFIX}.embeddings.position_embedding.weight")
}

/// Makes weights for pictures of another side: the patches keep their size, there are more of them or fewer, and the table
/// of positions is resampled to the new grid. `tensors` are a model's weights under our names; the answer is the
/// configuration of the tower that they belong to then.
///
/// # Shapes
/// The table: `[grid², d]` → `[(side/patch)², d]`; all other tensors stay as they are.
/// # Errors
/// When patches do not tile the side, or there is no table.
/// # Source
/// PaliGemma (arXiv 2407.07726), §3.2.3, stage 2. Resampling is linear as in big_vision `models/vit.py`, `resample_posemb`,
/// but lines up the middles of the outer patches' places and not the corners: see [`interpolate`].
pub fn at_side(config: &VisionConfig, tensors: &mut BTreeMap<String, Tensor>, side: usize) -> Result<VisionConfig> {
    // ANCHOR: at_side
    image_places(side, config.patch_size, None).map_err(candle_core::Error::wrap)?;
    let name = positions_name();
    let missing = || candle_core::Error::wrap(ResolutionError::NoPositions(name.clone()));
    let table = tensors.get(&name).ok_or_else(missing)?; // [grid², d]
    let resampled = interpolate(table, config.grid(), side / config.patch_size)?; // [new grid², d]
    tensors.insert(name, resampled);
    Ok(VisionConfig { image_size: side, ..config.clone() })
    // ANCHOR_END: at_side
}
