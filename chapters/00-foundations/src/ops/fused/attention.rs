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

use candle_core::{DType, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use super::lanes;
use super::matrix::{Matrix, MatrixMut, Output, multiply};
use super::number::Number;
use super::operator::{Operator, View, apply3, with_numbers};
use super::parallel;
use super::softmax::{of_scores_in_place, softmax_in_place};

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

/// Keys at a time in the backward pass: the gradients of their scores stay in the cache until all three products that need
/// them are done.
const KEY_TILE: usize = 512;

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

/// What the backward pass gets: what came out, and its gradient.
#[derive(Clone, Copy)]
struct Flow<'a, T> {
    output: &'a [T],   // [t_q, heads, d]
    gradient: &'a [T], // [t_q, heads, d]
}

/// The gradients of one query head; those of a key head that several share are added up.
struct OfHead<T> {
    query: Vec<T>, // [t_q, d]
    key: Vec<T>,   // [t_k, d]
    value: Vec<T>, // [t_k, d]
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

    /// The gradients that flow through one query head.
    fn backward_head<T: Number>(&self, example: Example<T>, flow: Flow<T>, head: usize) -> OfHead<T> {
        // ANCHOR: attention_backward_head
        let (queries, keys) = (self.t_q * self.d, self.t_k * self.d);
        let [query, key, value] = [queries, keys, keys].map(|numbers| vec![T::zero(); numbers]);
        let mut of_head = OfHead { query, key, value };
        let block = self.query_block().min(self.t_q);
        let mut weights = vec![T::zero(); block * self.t_k];
        let mut of_scores = vec![T::zero(); block * KEY_TILE.min(self.t_k)];
        for first_row in (0..self.t_q).step_by(block.max(1)) {
            let weights = &mut weights[..block.min(self.t_q - first_row) * self.t_k];
            self.weights(example, first_row, head, weights);
            self.backward_block(example, flow, (first_row, head), weights, &mut of_scores, &mut of_head);
        }
        of_head
        // ANCHOR_END: attention_backward_head
    }

    /// Adds the gradients that flow through one block of queries of one head, a tile of keys at a time.
    ///
    /// The softmax's derivative needs `Σ weight · gradient` over all keys of a query, before the last tile is known. It is the
    /// product of the query's output and the output's gradient: `Σ_k w_k (g · v_k) = g · Σ_k w_k v_k`.
    fn backward_block<T: Number>(
        &self,
        example: Example<T>,
        flow: Flow<T>,
        (first_row, head): (usize, usize),
        weights: &[T],
        of_scores: &mut [T],
        of_head: &mut OfHead<T>,
    ) {
        // ANCHOR: attention_backward_block
        let rows = weights.len() / self.t_k;
        let (scale, key_head) = (T::from_f64(self.scale), self.key_head(head));
        let averages = self.averages(flow, first_row, rows, head); // [rows]
        let query = self.of_head(example.query, first_row, rows, head); // [rows, d]
        let gradient = self.of_head(flow.gradient, first_row, rows, head); // [rows, d]
        for first_key in (0..self.t_k).step_by(KEY_TILE) {
            let keys = KEY_TILE.min(self.t_k - first_key);
            let [key, value] = [example.key, example.value].map(|x| self.tile(x, first_key, keys, key_head)); // [keys, d]
            let of_scores = &mut of_scores[..rows * keys]; // [rows, keys]

            let of_weights = MatrixMut::new(of_scores, rows, keys, keys);
            multiply(of_weights, Output::Overwrite, T::one(), gradient, value.transposed());
            for (index, of_row) in of_scores.chunks_exact_mut(keys).enumerate() {
                of_scores_in_place(of_row, &weights[index * self.t_k + first_key..][..keys], averages[index]);
            }

            let weights = Matrix::new(&weights[first_key..], rows, keys, self.t_k);
            let of_scores = Matrix::new(of_scores, rows, keys, keys);
            let of_value = MatrixMut::new(&mut of_head.value[first_key * self.d..], keys, self.d, self.d);
            multiply(of_value, Output::Add, T::one(), weights.transposed(), gradient);
            let of_query = MatrixMut::new(&mut of_head.query[first_row * self.d..], rows, self.d, self.d);
            multiply(of_query, Output::Add, scale, of_scores, key);
            let of_key = MatrixMut::new(&mut of_head.key[first_key * self.d..], keys, self.d, self.d);
            multiply(of_key, Output::Add, scale, of_scores.transposed(), query);
        }
        // ANCHOR_END: attention_backward_block
    }

    /// `output · gradient` of each query of a block of one head.
    fn averages<T: Number>(&self, flow: Flow<T>, first_row: usize, rows: usize, head: usize) -> Vec<T> {
        let of_row = |row: usize| row * self.query_width() + head * self.d;
        let rows = (first_row..first_row + rows)
            .map(|row| (&flow.output[of_row(row)..][..self.d], &flow.gradient[of_row(row)..][..self.d]));
        rows.map(|(output, gradient)| lanes::sum_pairs(output, gradient, |output, gradient| output * gradient))
            .collect()
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

    /// Every head of every example is one task; where heads share keys, their gradients are added up in the heads' order.
    fn backward<T: Number>(
        &self,
        inputs: [View<T>; 3],
        output: View<T>,
        gradient: View<T>,
        _: [bool; 3],
    ) -> Result<[Option<Vec<T>>; 3]> {
        // ANCHOR: attention_backward
        let (queries, keys) = ((self.t_q * self.query_width()).max(1), (self.t_k * self.key_width()).max(1));
        let [mut of_query, mut of_key, mut of_value] = inputs.map(|input| vec![T::zero(); input.data.len()]);
        self.with_mask(|mask| {
            let examples = of_query.par_chunks_mut(queries).zip(of_key.par_chunks_mut(keys));
            examples.zip(of_value.par_chunks_mut(keys)).enumerate().for_each(|(b, ((of_query, of_key), of_value))| {
                let example = self.example(inputs, mask, b);
                let [output, gradient] = [output, gradient].map(|view| &view.data[b * queries..][..queries]);
                let flow = Flow { output, gradient };
                let heads = (0..self.heads).into_par_iter().map(|head| self.backward_head(example, flow, head));
                for (head, of_head) in heads.collect::<Vec<_>>().iter().enumerate() {
                    add_head(of_query, self.query_width(), head, &of_head.query, self.d);
                    add_head(of_key, self.key_width(), self.key_head(head), &of_head.key, self.d);
                    add_head(of_value, self.key_width(), self.key_head(head), &of_head.value, self.d);
                }
            });
            Ok(())
        })?;
        Ok([Some(of_query), Some(of_key), Some(of_value)])
        // ANCHOR_END: attention_backward
    }
}

/// Adds `[rows, d]` to head number `head` of `[rows, heads, d]`, where a row has `width` numbers.
fn add_head<T: Number>(all: &mut [T], width: usize, head: usize, one: &[T], d: usize) {
    for (row, part) in all.chunks_exact_mut(width).zip(one.chunks_exact(d)) {
        parallel::add(&mut row[head * d..][..d], part);
    }
}
