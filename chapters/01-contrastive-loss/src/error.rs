//! What can be wrong with a batch of pairs, and what to do about it.

/// Why a loss or a metric cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContrastiveError {
    /// The matching pairs lie on the diagonal, so there must be one.
    #[error("the logits are {images} × {texts}; the loss needs one text per picture, so pass a square matrix")]
    NotSquare {
        /// Rows.
        images: usize,
        /// Columns.
        texts: usize,
    },
    /// Picture `i` belongs to text `i`.
    #[error("{images} pictures and {texts} texts cannot be pairs; pass one text per picture, in the same order")]
    NotPaired {
        /// Number of picture embeddings.
        images: usize,
        /// Number of text embeddings.
        texts: usize,
    },
    /// A batch of nothing has no average.
    #[error("the batch is empty; pass at least one pair")]
    Empty,
    /// Chunks of no texts would never finish.
    #[error("the chunk size is 0; use at least 1 text per chunk")]
    EmptyChunk,
    /// Among the best zero, nothing is ever found.
    #[error("recall@0 is always zero; use k = 1 or more")]
    NoCandidates,
    /// One relevant text per picture.
    #[error("{relevant} relevant texts are given for {images} pictures; give one text index per picture")]
    RelevantCount {
        /// Rows of the similarity matrix.
        images: usize,
        /// Entries in the list.
        relevant: usize,
    },
    /// A relevant text that is not among the candidates.
    #[error("picture {image} names text {text} as relevant, but there are only {texts} texts (0 to {})", .texts.saturating_sub(1))]
    NoSuchText {
        /// The row.
        image: usize,
        /// The index it names.
        text: usize,
        /// Columns of the similarity matrix.
        texts: usize,
    },
}

/// Lets functions that compute with tensors report these errors through candle's own type.
impl From<ContrastiveError> for candle_core::Error {
    fn from(error: ContrastiveError) -> Self {
        candle_core::Error::wrap(error)
    }
}
