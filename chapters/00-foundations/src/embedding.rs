//! The embedding table: a token's number selects a row.

use candle_core::{Result, Tensor};
use candle_nn::{Init, VarBuilder};

use crate::ops;

/// A table of `vocabulary` learned rows of `features` numbers.
#[derive(Debug, Clone)]
pub struct Embedding {
    weight: Tensor, // [vocabulary, d]
}

impl Embedding {
    /// Rows drawn from a normal distribution with standard deviation `std`.
    ///
    /// # Errors
    /// When the builder holds a tensor of that name with another shape.
    pub fn new(vocabulary: usize, features: usize, std: f64, vb: VarBuilder) -> Result<Self> {
        let init = Init::Randn { mean: 0.0, stdev: std };
        Ok(Self { weight: vb.get_with_hints((vocabulary, features), "weight", init)? })
    }

    /// The table itself, `[vocabulary, d]`: a decoder with a tied head multiplies by it to get logits.
    pub fn weight(&self) -> &Tensor {
        &self.weight
    }

    /// The rows that `ids` select.
    ///
    /// # Shapes
    /// `ids`: `[…]` of u32 → `[…, d]`.
    /// # Errors
    /// When an id is not below the vocabulary size.
    pub fn forward(&self, ids: &Tensor) -> Result<Tensor> {
        ops::embedding(&self.weight, ids)
    }
}
