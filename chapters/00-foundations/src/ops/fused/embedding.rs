//! Rows of a table, and the gradient that flows back into them.

use candle_core::{DType, Result, Shape, Tensor, bail};

use super::number::Number;
use super::operator::{Operator, View, apply1};
use super::parallel;

/// See [`crate::ops::embedding`].
///
/// # Errors
/// When an id is not below the vocabulary size.
pub fn embedding(weight: &Tensor, ids: &Tensor) -> Result<Tensor> {
    let (vocabulary, _) = weight.dims2()?;
    let dims = ids.dims().to_vec();
    let ids = ids.flatten_all()?.to_dtype(DType::U32)?.to_vec1::<u32>()?;
    if let Some(id) = ids.iter().find(|&&id| id as usize >= vocabulary) {
        bail!("embedding: token {id} is not in a vocabulary of {vocabulary}");
    }
    apply1(Embedding { ids, dims }, weight)
}

struct Embedding {
    ids: Vec<u32>,
    dims: Vec<usize>,
}

impl Operator<1> for Embedding {
    const NAME: &'static str = "embedding";

    fn forward<T: Number>(&self, [weight]: [View<T>; 1]) -> Result<(Vec<T>, Shape)> {
        // ANCHOR: embedding_forward
        let width = weight.width();
        let mut y = Vec::with_capacity(self.ids.len() * width);
        for &id in &self.ids {
            y.extend_from_slice(&weight.data[id as usize * width..][..width]);
        }
        let mut dims = self.dims.clone();
        dims.push(width);
        Ok((y, dims.into()))
        // ANCHOR_END: embedding_forward
    }

    /// A token that occurs five times in the batch collects five gradients, in the order of the batch. One core does it:
    /// the rows are short, and two cores must not add to the same one.
    fn backward<T: Number>(
        &self,
        [weight]: [View<T>; 1],
        _: View<T>,
        gradient: View<T>,
        _: [bool; 1],
    ) -> Result<[Option<Vec<T>>; 1]> {
        // ANCHOR: embedding_backward
        let width = weight.width().max(1);
        let mut of_weight = vec![T::zero(); weight.data.len()];
        for (&id, gradient) in self.ids.iter().zip(gradient.data.chunks_exact(width)) {
            parallel::add(&mut of_weight[id as usize * width..][..width], gradient);
        }
        Ok([Some(of_weight)])
        // ANCHOR_END: embedding_backward
    }
}
