// caught by: least_squares::an_exact_line_is_found
// book: Learning to answer: the line that fits best
//
// Your weight is [d_in, d_out], as the equations give it. A linear layer stores [d_out, d_in]; where both widths
// are the same nothing complains, and the layer computes something else.

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
let weight = tensor(&solver.solve(&covariance), x)?.contiguous()?; // [d_in, d_out]
let bias = (mean_y.squeeze(0)? - mean_x.matmul(&weight)?.squeeze(0)?)?; // [d_out]
Ok(Line { weight, bias })
