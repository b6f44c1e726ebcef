// caught by: least_squares::the_penalty_grows_with_the_variance
// book: Learning to answer: the line that fits best
//
// Your ridge is a share of the mean over the *whole* matrix. Beside the diagonal stand the products of different
// features, and they have signs: where features cancel, as behind a layer norm, their mean is nothing, and so is
// your ridge. The average variance is the mean of the diagonal.

let (rows, width) = x.dims2()?;
let (mean_x, mean_y) = (x.mean_keepdim(0)?, y.mean_keepdim(0)?); // [1, d_in], [1, d_out]
let (from, to) = (x.broadcast_sub(&mean_x)?, y.broadcast_sub(&mean_y)?);
let variance = matrix(&(from.t()?.matmul(&from)? / rows as f64)?)?; // [d_in, d_in]
let covariance = matrix(&(from.t()?.matmul(&to)? / rows as f64)?)?; // [d_in, d_out]
let ridge = RIDGE * variance.mean();
let system = variance + DMatrix::identity(width, width) * ridge;
let Some(solver) = system.cholesky() else {
    candle_core::bail!("no line fits: the numbers are not finite, or all rows are the same");
};
let weight = tensor(&solver.solve(&covariance), x)?.t()?.contiguous()?; // [d_out, d_in]
let bias = (mean_y.squeeze(0)? - weight.matmul(&mean_x.t()?)?.squeeze(1)?)?; // [d_out]
Ok(Line { weight, bias })
