// caught by: sigmoid_loss::logits_of_ten_thousand_stay_finite
// book: Contrastive losses: a logarithm that never overflows
//
// You compute σ first and its logarithm after it. For a sure and wrong answer σ is 0 in f32, and the logarithm
// of 0 is −∞. Both in one step, softplus, never leaves the range of numbers.

let n = batch_size(logits)?;
let labels = pair_labels(n, logits.dtype(), logits.device())?; // [n, n]
let probability = ((labels * logits)?.neg()?.exp()? + 1.0)?.recip()?; // [n, n], σ(z·l)
probability.log()?.neg()?.sum_all()? / n as f64
