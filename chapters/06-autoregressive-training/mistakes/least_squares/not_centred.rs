// caught by: least_squares::a_constant_feature_is_no_trouble
// book: Learning to answer: the line that fits best
//
// You fit the weight to the numbers as they are, so it also has to explain where the middle of the points lies,
// which is what the bias is for. Take the means away first; the bias brings them back at the end.

let (rows, width) = x.dims2()?;
let (mean_x, mean_y) = (x.mean_keepdim(0)?, y.mean_keepdim(0)?); // [1, d_in], [1, d_out]
let (from, to) = (x, y);
let variance = matrix(&(from.t()?.matmul(from)? / rows as f64)?)?; // [d_in, d_in]
let covariance = matrix(&(from.t()?.matmul(to)? / rows as f64)?)?; // [d_in, d_out]
let ridge = RIDGE * variance.trace() / width as f64;
let system = variance + DMatrix::identity(width, width) * ridge;
let Some(solver) = system.cholesky() else {
    candle_core::bail!("no line fits: the numbers are not finite, or all rows are the same");
};
let weight = tensor(&solver.solve(&covariance), x)?.t()?.contiguous()?; // [d_out, d_in]
let bias = (mean_y.squeeze(0)? - weight.matmul(&mean_x.t()?)?.squeeze(1)?)?; // [d_out]
Ok(Line { weight, bias })
