//! Attention: scores, mask, softmax and mixing, a block of queries and one head at a time.
//!
//! The composed form writes `b · heads · t²` scores to memory three times over, and copies queries, keys and values to
//! put the heads in front. Here each task holds the scores of a few queries of one head, which fit in the cache, and reads
//! the heads where they are: rows `heads · d` apart. The backward pass computes the weights again instead of keeping
//! them, so memory grows with `t`, not with `t²`.
//!
//! # Source
//! Vaswani et al. 2017, §3.2; grouped queries: Ainslie et al. 2023, arXiv 2305.13245; recomputing the weights in the
//! backward pass: Dao et al. 2022, arXiv 2205.14135, Algorithm 4.

mod backward;

use candle_core::{DType, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use super::matrix::{Matrix, MatrixMut, Output, multiply};
use super::number::Number;
use super::operator::{Operator, View, apply3, with_numbers};
use super::softmax::softmax_in_place;

/// `softmax(scale · query · keyᵀ) · value` for every head. Neighbouring query heads share a key and value head when there
/// are fewer of those.
///
/// # Shapes
/// `query`: `[b, t_q, heads, d]`, `key` and `value`: `[b, t_k, kv_heads, d]`, `allowed`: `[b or 1, t_q, t_k]` of u8, one
/// where a query may see a key → `[b, t_q, heads, d]`. A query that may see nothing gets the plain average of all values.
/// # Errors
/// When the shapes do not fit.
pub fn attention(query: &Tensor, key: &Tensor, value: &Tensor, allowed: Option<&Tensor>, scale: f64) -> Result<Tensor> {
    let (b, t_q, heads, d) = query.dims4()?;
    let (_, t_k, kv_heads, _) = key.dims4()?;
    if t_k * kv_heads * d == 0 {
        bail!("attention: there is nothing to look at in a key of shape {:?}", key.dims());
    }
    if key.dims() != [b, t_k, kv_heads, d] || value.dims() != key.dims() || heads % kv_heads != 0 {
        bail!(
            "attention: query {:?} does not fit key {:?} and value {:?}: batch and head size must agree, and the query \
             heads be a multiple of the key heads",
            query.dims(),
            key.dims(),
            value.dims()
        );
    }
    let allowed = allowed.map(|allowed| allowed.to_dtype(DType::U8)?.contiguous()).transpose()?;
    if let Some(allowed) = &allowed
        && allowed.dims() != [1, t_q, t_k]
        && allowed.dims() != [b, t_q, t_k]
    {
        bail!("attention: the mask has shape {:?}, not [{b} or 1, {t_q}, {t_k}]", allowed.dims());
    }
    apply3(Attention { t_q, t_k, heads, kv_heads, d, scale, allowed }, query, key, value)
}

/// Queries per block: their scores against some hundred keys fit in a core's cache.
const QUERY_BLOCK: usize = 64;

/// With more keys than this, …
const MANY_KEYS: usize = 1024;

/// … a block is larger: a matrix product first copies the keys into the order that it wants, and a block that is too small does
/// not pay for the copy.
const LARGE_QUERY_BLOCK: usize = 192;

/// What a forbidden score becomes. Finite, because `−∞ − (−∞)` is not a number; its `exp` is exactly zero.
const FORBIDDEN: f64 = -1e30;

struct Attention {
    t_q: usize,
    t_k: usize,
    heads: usize,
    kv_heads: usize,
    d: usize,
    scale: f64,
    allowed: Option<Tensor>, // [b or 1, t_q, t_k]
}

/// One example: its queries, keys, values and mask.
#[derive(Clone, Copy)]
struct Example<'a, T> {
    query: &'a [T],            // [t_q, heads, d]
    key: &'a [T],              // [t_k, kv_heads, d]
    value: &'a [T],            // [t_k, kv_heads, d]
    allowed: Option<&'a [u8]>, // [t_q, t_k]
}

impl Attention {
    fn query_width(&self) -> usize {
        self.heads * self.d
    }

    fn key_width(&self) -> usize {
        self.kv_heads * self.d
    }

    fn query_block(&self) -> usize {
        if self.t_k > MANY_KEYS { LARGE_QUERY_BLOCK } else { QUERY_BLOCK }
    }

    /// The key head that a query head looks at.
    fn key_head(&self, head: usize) -> usize {
        head * self.kv_heads / self.heads
    }

    /// Some rows of one query head: `[rows, d]`.
    fn of_head<'a, T>(&self, x: &'a [T], first_row: usize, rows: usize, head: usize) -> Matrix<'a, T> {
        Matrix::new(&x[first_row * self.query_width() + head * self.d..], rows, self.d, self.query_width())
    }

    /// All rows of one key or value head: `[t_k, d]`.
    fn of_key_head<'a, T>(&self, x: &'a [T], key_head: usize) -> Matrix<'a, T> {
        self.tile(x, 0, self.t_k, key_head)
    }

    /// Some rows of one key or value head: `[keys, d]`.
    fn tile<'a, T>(&self, x: &'a [T], first_key: usize, keys: usize, key_head: usize) -> Matrix<'a, T> {
        Matrix::new(&x[first_key * self.key_width() + key_head * self.d..], keys, self.d, self.key_width())
    }

    fn example<'a, T>(
        &self,
        [query, key, value]: [View<'a, T>; 3],
        mask: Option<&'a [u8]>,
        b: usize,
    ) -> Example<'a, T> {
        let (queries, keys) = (self.t_q * self.query_width(), self.t_k * self.key_width());
        let scores = self.t_q * self.t_k;
        Example {
            query: &query.data[b * queries..][..queries],
            key: &key.data[b * keys..][..keys],
            value: &value.data[b * keys..][..keys],
            // A mask for the whole batch is the mask of each example.
            allowed: mask.map(|mask| if mask.len() == scores { mask } else { &mask[b * scores..][..scores] }),
        }
    }

    /// The attention weights of a block of queries of one head, into `weights` `[rows, t_k]`.
    fn weights<T: Number>(&self, example: Example<T>, first_row: usize, head: usize, weights: &mut [T]) {
        // ANCHOR: attention_weights
        let rows = weights.len() / self.t_k;
        let query = self.of_head(example.query, first_row, rows, head); // [rows, d]
        let key = self.of_key_head(example.key, self.key_head(head)); // [t_k, d]
        let scores = MatrixMut::new(weights, rows, self.t_k, self.t_k);
        multiply(scores, Output::Overwrite, T::from_f64(self.scale), query, key.transposed());
        for (index, row) in weights.chunks_exact_mut(self.t_k).enumerate() {
            if let Some(allowed) = example.allowed {
                forbid(row, &allowed[(first_row + index) * self.t_k..][..self.t_k]);
            }
            softmax_in_place(row);
        }
        // ANCHOR_END: attention_weights
    }

    /// The output of a block of queries, `[rows, heads, d]`.
    fn mix_block<T: Number>(&self, example: Example<T>, first_row: usize, out: &mut [T]) {
        // ANCHOR: attention_mix_block
        let rows = out.len() / self.query_width();
        let mut weights = vec![T::zero(); rows * self.t_k];
        for head in 0..self.heads {
            self.weights(example, first_row, head, &mut weights); // [rows, t_k]
            let mixed = MatrixMut::new(&mut out[head * self.d..], rows, self.d, self.query_width());
            let value = self.of_key_head(example.value, self.key_head(head)); // [t_k, d]
            multiply(mixed, Output::Overwrite, T::one(), Matrix::new(&weights, rows, self.t_k, self.t_k), value);
        }
        // ANCHOR_END: attention_mix_block
    }

    /// Runs `f` with the mask's bytes, if there is a mask.
    fn with_mask<R>(&self, f: impl FnOnce(Option<&[u8]>) -> Result<R>) -> Result<R> {
        match &self.allowed {
            Some(allowed) => with_numbers(allowed, |mask| f(Some(mask))),
            None => f(None),
        }
    }
}

/// Replaces the scores of keys that a query must not see.
#[inline(always)]
fn forbid<T: Number>(scores: &mut [T], allowed: &[u8]) {
    let forbidden = T::from_f64(FORBIDDEN);
    for (score, &allowed) in scores.iter_mut().zip(allowed) {
        *score = if allowed == 0 { forbidden } else { *score };
    }
}

impl Operator<3> for Attention {
    const NAME: &'static str = "attention";

    fn forward<T: Number>(&self, inputs: [View<T>; 3]) -> Result<(Vec<T>, Shape)> {
        // ANCHOR: attention_forward
        let mut out = vec![T::zero(); inputs[0].data.len()]; // [b, t_q, heads, d]
        let width = self.query_width();
        self.with_mask(|mask| {
            out.par_chunks_mut((self.t_q * width).max(1)).enumerate().for_each(|(b, out)| {
                let example = self.example(inputs, mask, b);
                out.par_chunks_mut(self.query_block() * width).enumerate().for_each(|(block, out)| {
                    self.mix_block(example, block * self.query_block(), out);
                });
            });
            Ok(())
        })?;
        Ok((out, inputs[0].dims.into()))
        // ANCHOR_END: attention_forward
    }

    fn backward<T: Number>(
        &self,
        inputs: [View<T>; 3],
        output: View<T>,
        gradient: View<T>,
        _: [bool; 3],
    ) -> Result<[Option<Vec<T>>; 3]> {
        self.gradients(inputs, output, gradient)
    }
}
