// caught by: least_squares::no_other_line_is_better
// book: Learning to answer: the line that fits best
//
// Your bias is the mean of y. That is what the line should say at the mean of x; at x = 0, where the bias is read
// off, it is mean(y) − W·mean(x).

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
let bias = mean_y.squeeze(0)?; // [d_out]
Ok(Line { weight, bias })
