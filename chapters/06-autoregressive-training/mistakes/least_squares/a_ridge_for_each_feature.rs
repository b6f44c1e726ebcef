// caught by: least_squares::a_constant_feature_is_no_trouble
// book: Learning to answer: the line that fits best
//
// You add to each variance a share of itself. A feature that never varies then gets nothing, and the system has no
// solution: it is just for such features that the ridge is one and the same for all.

let (rows, width) = x.dims2()?;
let (mean_x, mean_y) = (x.mean_keepdim(0)?, y.mean_keepdim(0)?); // [1, d_in], [1, d_out]
let (from, to) = (x.broadcast_sub(&mean_x)?, y.broadcast_sub(&mean_y)?);
let variance = matrix(&(from.t()?.matmul(&from)? / rows as f64)?)?; // [d_in, d_in]
let covariance = matrix(&(from.t()?.matmul(&to)? / rows as f64)?)?; // [d_in, d_out]
let mut system = variance;
for feature in 0..width {
    system[(feature, feature)] *= 1.0 + RIDGE;
}
let Some(solver) = system.cholesky() else {
    candle_core::bail!("no line fits: the numbers are not finite, or all rows are the same");
};
let weight = tensor(&solver.solve(&covariance), x)?.t()?.contiguous()?; // [d_out, d_in]
let bias = (mean_y.squeeze(0)? - weight.matmul(&mean_x.t()?)?.squeeze(1)?)?; // [d_out]
Ok(Line { weight, bias })
