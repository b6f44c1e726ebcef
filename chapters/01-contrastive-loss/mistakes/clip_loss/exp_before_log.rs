// caught by: clip_loss::logits_of_ten_thousand_stay_finite
// book: Contrastive losses: a logarithm that never overflows
//
// You raise e to the logits as they are: above 88 that is infinite, and ∞/∞ is NaN. Subtracting a row's largest
// logit first changes nothing in the result, and `ops::cross_entropy` does so.

let n = batch_size(logits)?;
let matching = Tensor::eye(n, logits.dtype(), logits.device())?; // [n, n]
let surprise = |logits: &Tensor| -> Result<Tensor> {
    let weights = logits.exp()?;
    let chosen = (weights.broadcast_div(&weights.sum_keepdim(1)?)? * &matching)?.sum(1)?; // [n]
    chosen.log()?.neg()?.mean_all()
};
(surprise(logits)? + surprise(&logits.t()?)?)? * 0.5
