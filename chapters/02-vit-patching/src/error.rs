//! What can be wrong with a picture or a configuration, and what to do about it.

/// Why a vision tower cannot be built, or cannot read a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VisionError {
    /// A size that must be at least one.
    #[error("{field} is 0; give the vision tower at least 1")]
    Zero {
        /// The configuration field.
        field: &'static str,
    },
    /// The heads must share the features evenly.
    #[error(
        "hidden_size {hidden_size} cannot be shared evenly by {num_attention_heads} attention heads; \
         choose a hidden_size that is a multiple of num_attention_heads"
    )]
    HeadsDoNotDivide {
        /// Features per token.
        hidden_size: usize,
        /// Attention heads.
        num_attention_heads: usize,
    },
    /// Patches must tile the picture: nothing left over.
    #[error(
        "patches of {patch_size} pixels do not tile a side of {side}; use a multiple of {patch_size}, such as {}",
        .side.div_ceil(*.patch_size) * .patch_size
    )]
    PatchesDoNotTile {
        /// Side of the picture in pixels.
        side: usize,
        /// Side of a patch in pixels.
        patch_size: usize,
    },
    /// `unpatchify` was told about a picture that the tokens cannot be.
    #[error(
        "{patches} patches of {features} numbers are not a picture of {channels} × {height} × {width} in patches of {patch_size}"
    )]
    NotThatPicture {
        /// Number of patches given.
        patches: usize,
        /// Numbers per patch given.
        features: usize,
        /// Channels asked for.
        channels: usize,
        /// Height asked for.
        height: usize,
        /// Width asked for.
        width: usize,
        /// Side of a patch.
        patch_size: usize,
    },
    /// Sine and cosine, of x and of y: four equal parts.
    #[error("a 2-D sin-cos table needs a hidden_size that is a multiple of 4, not {0}")]
    NotAMultipleOfFour(usize),
    /// A position table has one row per cell of a square grid.
    #[error("a {grid} × {grid} grid has {} positions, but the table has {rows} rows; pass the grid that the table was made for", .grid * .grid)]
    NotThatGrid {
        /// Cells along a side.
        grid: usize,
        /// Rows of the table.
        rows: usize,
    },
    /// The tower reads square pictures.
    #[error("the picture is {height} × {width}; the tower reads square pictures: call resize_square first")]
    NotSquare {
        /// Height in pixels.
        height: usize,
        /// Width in pixels.
        width: usize,
    },
    /// An empty batch has no shape to compute with.
    #[error("there are no pictures to prepare; pass at least one")]
    NoPictures,
    /// A picture of zero pixels cannot be resized.
    #[error("picture {index} of the batch has no pixels ({width} × {height}); leave it out")]
    EmptyPicture {
        /// Its place in the batch.
        index: usize,
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
    },
}

/// Lets functions that compute with tensors report these errors through candle's own type.
impl From<VisionError> for candle_core::Error {
    fn from(error: VisionError) -> Self {
        candle_core::Error::wrap(error)
    }
}
