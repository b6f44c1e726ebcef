// caught by: least_squares::the_penalty_grows_with_the_variance
// book: Learning to answer: the line that fits best
//
// Your ridge is 0.01 itself. It is meant as a share of the variance: measured in other units, x would get another
// weight, and features of small numbers next to none.

let (rows, _) = x.dims2()?;
let (mean_x, mean_y) = (x.mean_keepdim(0)?, y.mean_keepdim(0)?); // [1, d_in], [1, d_out]
let (from, to) = (x.broadcast_sub(&mean_x)?, y.broadcast_sub(&mean_y)?);
let variance = matrix(&(from.t()?.matmul(&from)? / rows as f64)?)?; // [d_in, d_in]
let covariance = matrix(&(from.t()?.matmul(&to)? / rows as f64)?)?; // [d_in, d_out]
let width = variance.ncols();
let system = variance + DMatrix::identity(width, width) * RIDGE;
let Some(solver) = system.cholesky() else {
    candle_core::bail!("no line fits: the numbers are not finite, or all rows are the same");
};
let weight = tensor(&solver.solve(&covariance), x)?.t()?.contiguous()?; // [d_out, d_in]
let bias = (mean_y.squeeze(0)? - weight.matmul(&mean_x.t()?)?.squeeze(1)?)?; // [d_out]
Ok(Line { weight, bias })
