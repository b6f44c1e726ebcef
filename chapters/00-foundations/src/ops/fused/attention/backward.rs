//! Attention backwards: the weights are computed again, a block of queries of one head at a time, and used tile after tile.
//!
//! The gradients of the scores never exist as a whole either: a tile of them is computed, used by three products while it is
//! in the cache, and forgotten.
//!
//! # Source
//! Dao et al. 2022, arXiv 2205.14135, Algorithm 4.

use candle_core::Result;
use rayon::prelude::*;

use super::super::lanes;
use super::super::matrix::{Matrix, MatrixMut, Output, multiply};
use super::super::number::Number;
use super::super::operator::View;
use super::super::parallel;
use super::super::softmax::of_scores_in_place;
use super::{Attention, Example};

/// Keys at a time in the backward pass: the gradients of their scores stay in the cache until all three products that need
/// them are done.
const KEY_TILE: usize = 512;

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
    /// The gradients of query, key and value. Every head of every example is one task; where heads share keys, their gradients are
    /// added up in the heads' order.
    pub(super) fn gradients<T: Number>(
        &self,
        inputs: [View<T>; 3],
        output: View<T>,
        gradient: View<T>,
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
        Ok([of_query, of_key, of_value].map(Some))
        // ANCHOR_END: attention_backward
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
}

/// Adds `[rows, d]` to head number `head` of `[rows, heads, d]`, where a row has `width` numbers.
fn add_head<T: Number>(all: &mut [T], width: usize, head: usize, one: &[T], d: usize) {
    for (row, part) in all.chunks_exact_mut(width).zip(one.chunks_exact(d)) {
        parallel::add(&mut row[head * d..][..d], part);
    }
}
