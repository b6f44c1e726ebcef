//! The nearest orthogonal matrix, found with nothing but products.
//!
//! Take a matrix apart into directions and their weights (singular vectors and singular values). An odd polynomial such as
//! `a·X + b·(X·Xᵀ)·X` applies itself to every weight and leaves the directions alone. Chosen well and repeated, it pushes
//! all weights towards one, without ever taking the matrix apart.
//!
//! # Source
//! Keller Jordan 2024, "Muon: An optimizer for hidden layers in neural networks".

use candle_core::{DType, Result, Tensor};

use crate::ops;
use crate::ops::fused::matrix::{Matrix, MatrixMut, Output, multiply};

/// Rounds of the iteration.
const ROUNDS: usize = 5;

/// The coefficients of the odd polynomial `a·s + b·s³ + c·s⁵` that each round applies to every singular value `s`. It
/// climbs steeply from zero and then stays between about 0.7 and 1.2: exact ones would take more rounds and train no better.
const COEFFICIENTS: (f32, f32, f32) = (3.4445, -4.7750, 2.0315);

/// The square of anything smaller has fewer digits than f32 should: it loses them from 2⁻¹²⁶ on, and all of them at 2⁻¹⁴⁹.
const TOO_SMALL: f32 = 1.0 / (1u64 << 60) as f32;

/// How much larger such numbers are made: by 2¹⁰⁰, which changes none of their digits.
const LARGER: f64 = (1u128 << 100) as f64;

/// Pushes all singular values of a matrix towards one and keeps its singular vectors.
///
/// # Shapes
/// `matrix`: `[rows, columns]` → the same, in f32.
/// # Errors
/// When `matrix` is not a matrix.
pub fn newton_schulz(matrix: &Tensor) -> Result<Tensor> {
    if ops::fused_for(matrix) { fused(matrix) } else { plain(matrix) }
}

/// The readable form of [`newton_schulz`], on any device.
///
/// # Errors
/// When `matrix` is not a matrix.
pub fn plain(matrix: &Tensor) -> Result<Tensor> {
    // ANCHOR: newton_schulz_plain
    let (rows, columns) = matrix.dims2()?;
    let tall = rows > columns;
    let mut x = lying(matrix, tall)?; // [short, long]
    let (a, b, c) = (f64::from(COEFFICIENTS.0), f64::from(COEFFICIENTS.1), f64::from(COEFFICIENTS.2));
    for _ in 0..ROUNDS {
        let gram = x.matmul(&x.t()?)?; // [short, short]
        let polynomial = ((&gram * b)? + (gram.matmul(&gram)? * c)?)?; // [short, short]
        x = ((&x * a)? + polynomial.matmul(&x)?)?; // [short, long]
    }
    if tall { x.t()?.contiguous() } else { Ok(x) }
    // ANCHOR_END: newton_schulz_plain
}

/// The same on one core of the CPU, in memory that is allocated once. A model has dozens of small matrices: it is faster to
/// give each core a matrix of its own than to share out every product.
///
/// # Errors
/// When `matrix` is not a matrix.
pub fn fused(matrix: &Tensor) -> Result<Tensor> {
    // ANCHOR: newton_schulz_fused
    let (rows, columns) = matrix.dims2()?;
    let tall = rows > columns;
    let (short, long) = (rows.min(columns), rows.max(columns));
    let mut x = lying(matrix, tall)?.flatten_all()?.to_vec1::<f32>()?; // [short, long]
    let mut gram = vec![0f32; short * short];
    let mut polynomial = vec![0f32; short * short];
    let mut next = vec![0f32; short * long];
    let (a, b, c) = COEFFICIENTS;
    for _ in 0..ROUNDS {
        let wide = Matrix::new(&x, short, long, long);
        multiply(MatrixMut::new(&mut gram, short, short, short), Output::Overwrite, 1.0, wide, wide.transposed());
        polynomial.iter_mut().zip(&gram).for_each(|(polynomial, gram)| *polynomial = b * gram);
        let square = Matrix::new(&gram, short, short, short);
        multiply(MatrixMut::new(&mut polynomial, short, short, short), Output::Add, c, square, square);
        next.iter_mut().zip(&x).for_each(|(next, x)| *next = a * x);
        let factor = Matrix::new(&polynomial, short, short, short);
        multiply(MatrixMut::new(&mut next, short, long, long), Output::Add, 1.0, factor, wide);
        std::mem::swap(&mut x, &mut next);
    }
    let x = Tensor::from_vec(x, (short, long), matrix.device())?;
    if tall { x.t()?.contiguous() } else { Ok(x) }
    // ANCHOR_END: newton_schulz_fused
}

/// The matrix in f32, at most as tall as wide (products are cheaper that way round), with singular values of at most one.
fn lying(matrix: &Tensor, tall: bool) -> Result<Tensor> {
    let matrix = if tall { matrix.t()? } else { matrix.clone() };
    unit_norm(&matrix.contiguous()?.to_dtype(DType::F32)?)
}

/// The matrix divided by its Frobenius norm, which is never less than its largest singular value. A zero matrix stays zero.
fn unit_norm(matrix: &Tensor) -> Result<Tensor> {
    // ANCHOR: unit_norm
    let matrix = with_squares(matrix)?;
    let norm = matrix.sqr()?.sum_all()?.sqrt()?;
    matrix.broadcast_div(&norm.maximum(f64::from(f32::MIN_POSITIVE))?)
    // ANCHOR_END: unit_norm
}

/// The matrix or, where its numbers are so small that their squares are zero in f32, a power of two times it.
fn with_squares(matrix: &Tensor) -> Result<Tensor> {
    let largest = matrix.abs()?.max_all()?; // []
    let one = largest.ones_like()?;
    matrix.broadcast_mul(&largest.lt(TOO_SMALL)?.where_cond(&(&one * LARGER)?, &one)?)
}
