//! The floor: a step's matrix products and nothing else.
//!
//! A step multiplies matrices; all the rest (norms, softmax, GELU, loss, optimiser, bookkeeping) is overhead that better
//! code can shrink. So the time of the products alone, each core multiplying its shard's rows as in training, is what
//! a perfect step would take on this machine with this matrix library.

use autoregressive_training::preset::vlm_config;
use foundations::ops::fused::matrix::{Matrix, MatrixMut, Output, multiply};
use rayon::prelude::*;
use siglip_training::Size;
use siglip_training::preset::CAPTION_LENGTH;

/// As many shards as training has.
const SHARDS: usize = 4;

/// `[rows, inner] · [inner, columns]`, `count` times on different numbers.
#[derive(Debug, Clone, Copy)]
struct Product {
    rows: usize,
    inner: usize,
    columns: usize,
    count: usize,
    /// The gradient of the left matrix is needed, too; that of the right one always is.
    left_learns: bool,
}

impl Product {
    fn new(rows: usize, inner: usize, columns: usize) -> Self {
        Self { rows, inner, columns, count: 1, left_learns: true }
    }

    fn times(self, count: usize) -> Self {
        Self { count, ..self }
    }

    /// Multiplications of one pass over all of it: forwards, and backwards to the right and perhaps to the left matrix.
    fn multiplications(&self) -> usize {
        let products = if self.left_learns { 3 } else { 2 };
        products * self.count * self.rows * self.inner * self.columns
    }
}

/// The products of a step, with numbers to multiply.
#[derive(Debug)]
pub struct Floor {
    shards: Vec<Vec<Operands>>,
}

/// The matrices of one [`Product`], all repetitions one after another.
#[derive(Debug)]
struct Operands {
    product: Product,
    left: Vec<f32>,           // count × [rows, inner]
    right: Vec<f32>,          // count × [columns, inner], as a linear layer stores its weight
    output: Vec<f32>,         // count × [rows, columns]; its numbers serve as the output's gradient, too
    left_gradient: Vec<f32>,  // as left
    right_gradient: Vec<f32>, // as right
}

impl Floor {
    /// The products of the SigLIP step of `size` with `pairs` pairs.
    pub fn contrastive(size: &Size, pairs: usize) -> Self {
        let (rows, d, t) = (pairs / SHARDS, size.hidden_size, size.vision().num_patches());
        let mut products = vision_tower(size, rows);
        // The pooling head: one query looks at all tokens.
        products.extend([Product::new(rows, d, d).times(2), Product::new(rows * t, d, d).times(2)]);
        products.extend(attention(size.heads, d / size.heads, rows, 1, t));
        products.extend(mlp(rows, d));
        for _ in 0..size.text_layers {
            products.extend(block(size, rows, CAPTION_LENGTH));
        }
        products.extend([Product::new(rows, d, d), Product::new(rows, d, pairs)]);
        Self::new(&products)
    }

    /// The products of the vision-language model's step with `count` pictures: `text` tokens follow each, and
    /// `predicted` positions are turned into logits over `vocabulary`.
    pub fn generative(size: &Size, count: usize, text: usize, predicted: usize, vocabulary: usize) -> Self {
        let (rows, d, patches) = (count / SHARDS, size.hidden_size, size.vision().num_patches());
        let t = patches + text;
        let decoder = vlm_config(size, vocabulary, None).text_config;
        let (heads, d_head) = (decoder.num_attention_heads, decoder.head_dim);
        let (queries, keys) = (heads * d_head, decoder.num_key_value_heads * d_head);
        let mut products = vision_tower(size, rows);
        products.push(Product::new(rows * patches, d, d));
        for _ in 0..size.decoder_layers {
            products.extend([Product::new(rows * t, d, queries), Product::new(rows * t, queries, d)]);
            products.push(Product::new(rows * t, d, keys).times(2));
            products.extend(attention(heads, d_head, rows, t, t));
            products.extend([Product::new(rows * t, d, 4 * d).times(2), Product::new(rows * t, 4 * d, d)]);
        }
        products.push(Product::new(rows * predicted, d, vocabulary));
        Self::new(&products)
    }

    fn new(products: &[Product]) -> Self {
        let shard = || products.iter().map(|product| Operands::new(*product)).collect();
        Self { shards: (0..SHARDS).map(|_| shard()).collect() }
    }

    /// Multiplies everything once, forwards and backwards.
    pub fn run(&mut self) {
        self.shards.par_iter_mut().for_each(|shard| shard.iter_mut().for_each(Operands::run));
    }

    /// Floating-point operations of [`Floor::run`]: a multiplication and an addition each.
    pub fn operations(&self) -> usize {
        self.shards.iter().flatten().map(|operands| 2 * operands.product.multiplications()).sum()
    }
}

fn vision_tower(size: &Size, rows: usize) -> Vec<Product> {
    let t = size.vision().num_patches();
    // Pixels learn nothing.
    let patches = Product::new(rows * t, 3 * size.patch_size * size.patch_size, size.hidden_size);
    let mut products = vec![Product { left_learns: false, ..patches }];
    for _ in 0..size.vision_layers {
        products.extend(block(size, rows, t));
    }
    products
}

/// One encoder block over `rows` sequences of `t` tokens.
fn block(size: &Size, rows: usize, t: usize) -> Vec<Product> {
    let d = size.hidden_size;
    let mut products = vec![Product::new(rows * t, d, d).times(4)];
    products.extend(attention(size.heads, d / size.heads, rows, t, t));
    products.extend(mlp(rows * t, d));
    products
}

/// Scores and mixtures of every head: `[queries, d_head] · [d_head, keys]`, then `[queries, keys] · [keys, d_head]`.
fn attention(heads: usize, d_head: usize, rows: usize, queries: usize, keys: usize) -> [Product; 2] {
    [Product::new(queries, d_head, keys), Product::new(queries, keys, d_head)].map(|one| one.times(rows * heads))
}

fn mlp(tokens: usize, d: usize) -> [Product; 2] {
    [Product::new(tokens, d, 4 * d), Product::new(tokens, 4 * d, d)]
}

impl Operands {
    fn new(product: Product) -> Self {
        let Product { rows, inner, columns, count, .. } = product;
        let numbers = |length: usize| vec![0.01f32; length * count];
        Self {
            product,
            left: numbers(rows * inner),
            right: numbers(columns * inner),
            output: numbers(rows * columns),
            left_gradient: numbers(rows * inner),
            right_gradient: numbers(columns * inner),
        }
    }

    fn run(&mut self) {
        let Product { rows, inner, columns, count, left_learns } = self.product;
        let (lefts, rights, outputs) = (rows * inner, columns * inner, rows * columns);
        for index in 0..count {
            let left = Matrix::new(&self.left[index * lefts..], rows, inner, inner);
            let right = Matrix::new(&self.right[index * rights..], columns, inner, inner);
            let output = MatrixMut::new(&mut self.output[index * outputs..], rows, columns, columns);
            multiply(output, Output::Overwrite, 1.0, left, right.transposed());
        }
        for index in 0..count {
            let left = Matrix::new(&self.left[index * lefts..], rows, inner, inner);
            let right = Matrix::new(&self.right[index * rights..], columns, inner, inner);
            let gradient = Matrix::new(&self.output[index * outputs..], rows, columns, columns);
            let of_right = MatrixMut::new(&mut self.right_gradient[index * rights..], columns, inner, inner);
            multiply(of_right, Output::Overwrite, 1.0, gradient.transposed(), left);
            if left_learns {
                let of_left = MatrixMut::new(&mut self.left_gradient[index * lefts..], rows, inner, inner);
                multiply(of_left, Output::Overwrite, 1.0, gradient, right);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One linear layer of 3 rows, 4 features in, 5 out: 60 multiplications forwards and 60 for each gradient.
    #[test]
    fn a_product_counts_its_backward_passes() {
        let product = Product::new(3, 4, 5);
        assert_eq!(product.multiplications(), 180);
        assert_eq!(Product { left_learns: false, ..product }.times(2).multiplications(), 240);
    }

    /// A block without attention is 12·d² multiplications per token forwards; attention adds 2·t·d.
    #[test]
    fn a_block_has_the_products_of_a_transformer() {
        let size = siglip_training::preset::MICRO;
        let (d, t) = (size.hidden_size, 64);
        let forwards: usize = block(&size, 2, t).iter().map(|product| product.multiplications() / 3).sum();
        assert_eq!(forwards, 2 * t * (12 * d * d + 2 * t * d));
    }
}
