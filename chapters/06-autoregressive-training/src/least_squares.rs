//! The linear layer that fits best.
//!
//! With one layer and a squared error no training is needed: the best weight is the solution of a system of linear
//! equations.

use candle_core::{DType, Device, Result, Tensor};
use nalgebra::DMatrix;

/// Added to the variance of every feature, relative to the average one: features that hardly vary get no large weights.
const RIDGE: f64 = 1e-2;

/// `y = W·x + b`.
#[derive(Debug, Clone)]
pub struct Line {
    /// `W`, `[d_out, d_in]`, as a linear layer stores it.
    pub weight: Tensor,
    /// `b`, `[d_out]`.
    pub bias: Tensor,
}

impl Line {
    /// # Shapes
    /// `x`: `[n, d_in]` → `[n, d_out]`.
    /// # Errors
    /// When `x` has another width.
    pub fn at(&self, x: &Tensor) -> Result<Tensor> {
        x.matmul(&self.weight.t()?)?.broadcast_add(&self.bias)
    }
}

/// The line with the least squared distance from `x` to `y`, summed over the rows, with a small penalty on the size of its
/// weight (ridge regression): `W = YᵀX·(XᵀX + λI)⁻¹` for centred rows, `λ` being `n` times the ridge.
///
/// # Shapes
/// `x`: `[n, d_in]`, `y`: `[n, d_out]`, `n ≥ 1`.
/// # Errors
/// When the numbers of rows differ, a number is not finite, or all rows of `x` are the same.
/// # Source
/// Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2nd ed., §3.4.1, equation 3.44.
pub fn least_squares(x: &Tensor, y: &Tensor) -> Result<Line> {
    // ANCHOR: least_squares
    let (rows, width) = x.dims2()?;
    let (mean_x, mean_y) = (x.mean_keepdim(0)?, y.mean_keepdim(0)?); // [1, d_in], [1, d_out]
    let (from, to) = (x.broadcast_sub(&mean_x)?, y.broadcast_sub(&mean_y)?);
    let variance = matrix(&(from.t()?.matmul(&from)? / rows as f64)?)?; // [d_in, d_in]
    let covariance = matrix(&(from.t()?.matmul(&to)? / rows as f64)?)?; // [d_in, d_out]
    let ridge = RIDGE * variance.trace() / width as f64;
    let system = variance + DMatrix::identity(width, width) * ridge;
    let Some(solver) = system.cholesky() else {
        candle_core::bail!("no line fits: the numbers are not finite, or all rows are the same");
    };
    let weight = tensor(&solver.solve(&covariance), x)?.t()?.contiguous()?; // [d_out, d_in]
    let bias = (mean_y.squeeze(0)? - weight.matmul(&mean_x.t()?)?.squeeze(1)?)?; // [d_out]
    Ok(Line { weight, bias })
    // ANCHOR_END: least_squares
}

/// As nalgebra's type, in double precision; refuses numbers that are not finite.
fn matrix(tensor: &Tensor) -> Result<DMatrix<f64>> {
    let (rows, columns) = tensor.dims2()?;
    let numbers = tensor.to_device(&Device::Cpu)?.to_dtype(DType::F64)?.flatten_all()?.to_vec1::<f64>()?;
    if !numbers.iter().all(|number| number.is_finite()) {
        candle_core::bail!("no line fits: the numbers are not finite");
    }
    Ok(DMatrix::from_row_slice(rows, columns, &numbers))
}

/// And back, in the type and on the device of `like`. nalgebra stores columns, candle rows.
fn tensor(matrix: &DMatrix<f64>, like: &Tensor) -> Result<Tensor> {
    let columns = Tensor::from_slice(matrix.as_slice(), (matrix.ncols(), matrix.nrows()), &Device::Cpu)?;
    columns.t()?.to_dtype(like.dtype())?.to_device(like.device())
}
