// caught by: clip_loss::knowing_nothing_costs_ln_n
// book: Contrastive losses: CLIP's choice among n
//
// Your softmax runs over all n² pairs at once, as if one of them had to be chosen. Each picture makes a choice
// of its own: n softmaxes over rows, and n over columns.

let n = batch_size(logits)?;
let all = logits.reshape((1, n * n))?;
let mut total = Tensor::zeros((), logits.dtype(), logits.device())?;
for i in 0..n {
    let own = Tensor::new(&[(i * n + i) as u32], logits.device())?;
    total = (total + ops::cross_entropy(&all, &own)?.sum_all()?)?;
}
total / n as f64
