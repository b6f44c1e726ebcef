//! Attention over a long sequence, forwards and backwards: the vision tower of PaliGemma at 896 pixels. And its floor.

use anyhow::{Context, Result};
use candle_core::{DType, Device, Tensor, Var};
use foundations::ops::fused::matrix::{Matrix, MatrixMut, Output, multiply};
use foundations::random;
use rayon::prelude::*;
use vit_patching::attention::attention;

use crate::Scale;
use crate::contrastive::rng;

/// Query, key and value of one picture.
#[derive(Debug)]
pub struct LongAttention {
    inputs: [Var; 3], // [1, tokens, heads, d_head] each
    scale: f64,
}

/// Tokens, heads, features per head. At 896 pixels, SigLIP's So400m has 64 · 64 patches.
pub fn shape(scale: Scale) -> (usize, usize, usize) {
    match scale {
        Scale::Full => (4096, 16, 72),
        Scale::Tiny => (256, 2, 8),
    }
}

impl LongAttention {
    /// Random inputs.
    ///
    /// # Errors
    /// When memory runs out.
    pub fn new((tokens, heads, d_head): (usize, usize, usize)) -> Result<Self> {
        let input = |name: &str| {
            let numbers =
                random::normal((1, tokens, heads, d_head), 0.0, 1.0, DType::F32, &Device::Cpu, &mut rng(name))?;
            Var::from_tensor(&numbers)
        };
        let inputs = [input("query")?, input("key")?, input("value")?];
        Ok(Self { inputs, scale: 1.0 / (d_head as f64).sqrt() })
    }

    /// The output, summed, and three gradients. Returns the sum.
    ///
    /// # Errors
    /// When a gradient does not arrive.
    pub fn step(&self) -> Result<f64> {
        let [query, key, value] = &self.inputs;
        let sum = attention(query, key, value, None, self.scale)?.sum_all()?;
        let gradients = sum.backward()?;
        for input in &self.inputs {
            gradients.get(input).context("attention gave no gradient")?;
        }
        Ok(f64::from(sum.to_scalar::<f32>()?))
    }

    /// The three inputs, by name.
    pub fn tensors(&self) -> [(&'static str, &Tensor); 3] {
        let [query, key, value] = &self.inputs;
        [("query", query), ("key", key), ("value", value)]
    }
}

/// The six matrix products of attention and nothing else: two forwards, four backwards, for blocks of queries that keep
/// their scores in the cache. Heads are shared out over the cores.
#[derive(Debug)]
pub struct AttentionFloor {
    heads: Vec<Head>,
    d_head: usize,
}

/// What one head multiplies: `[tokens, d_head]` each.
#[derive(Debug)]
struct Head {
    query: Vec<f32>,
    key: Vec<f32>,
    value: Vec<f32>,
    output: Vec<f32>, // its numbers serve as the output's gradient, too
    of_query: Vec<f32>,
    of_key: Vec<f32>,
    of_value: Vec<f32>,
}

/// Queries per block.
const BLOCK: usize = 64;

impl AttentionFloor {
    /// The products of [`LongAttention`] of this shape.
    pub fn new((tokens, heads, d_head): (usize, usize, usize)) -> Self {
        let numbers = || vec![0.01f32; tokens * d_head];
        let head = || Head {
            query: numbers(),
            key: numbers(),
            value: numbers(),
            output: numbers(),
            of_query: numbers(),
            of_key: numbers(),
            of_value: numbers(),
        };
        Self { heads: (0..heads).map(|_| head()).collect(), d_head }
    }

    /// Multiplies everything once.
    pub fn run(&mut self) {
        let d_head = self.d_head;
        self.heads.par_iter_mut().for_each(|head| head.run(d_head));
    }

    /// Floating-point operations of [`AttentionFloor::run`].
    pub fn operations(&self) -> usize {
        let tokens = self.heads.first().map_or(0, |head| head.query.len() / self.d_head);
        self.heads.len() * 6 * 2 * tokens * tokens * self.d_head
    }
}

impl Head {
    fn run(&mut self, d: usize) {
        let tokens = self.query.len() / d;
        let whole = |x| Matrix::new(x, tokens, d, d);
        let mut scores = vec![0f32; BLOCK * tokens];
        for start in (0..tokens).step_by(BLOCK) {
            let rows = BLOCK.min(tokens - start);
            let block = |x| Matrix::new(x, rows, d, d);
            let scores = &mut scores[..rows * tokens];
            let (key, value) = (whole(&self.key), whole(&self.value));
            let query = block(&self.query[start * d..]);
            times(MatrixMut::new(scores, rows, tokens, tokens), Output::Overwrite, query, key.transposed());
            let output = MatrixMut::new(&mut self.output[start * d..], rows, d, d);
            times(output, Output::Overwrite, Matrix::new(scores, rows, tokens, tokens), value);
            let gradient = block(&self.output[start * d..]);
            let weights = Matrix::new(scores, rows, tokens, tokens);
            times(MatrixMut::new(&mut self.of_value, tokens, d, d), Output::Add, weights.transposed(), gradient);
            times(MatrixMut::new(scores, rows, tokens, tokens), Output::Overwrite, gradient, value.transposed());
            let of_scores = Matrix::new(scores, rows, tokens, tokens);
            let of_query = MatrixMut::new(&mut self.of_query[start * d..], rows, d, d);
            times(of_query, Output::Overwrite, of_scores, key);
            times(MatrixMut::new(&mut self.of_key, tokens, d, d), Output::Add, of_scores.transposed(), query);
        }
    }
}

/// `out = left · right` on this core, or `out += …`. The scale is so small that sums which grow from run to run stay numbers.
fn times(out: MatrixMut<f32>, output: Output, left: Matrix<f32>, right: Matrix<f32>) {
    multiply(out, output, 1e-3, left, right);
}
