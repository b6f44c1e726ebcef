// caught by: logits::the_exponential_belongs_to_the_scale_not_to_the_similarity
// book: Contrastive losses: scale and bias
//
// You take the exponential of the similarity: `scale · exp(x·y)`, as some articles print it. That is never
// negative, so nothing could speak *against* a match. The exponential belongs to the scale, whose logarithm is
// what is learned.

let similarities = images.matmul(&texts.t()?)?.exp()?; // [n, m]
let logits = similarities.broadcast_mul(&log_scale.exp()?)?; // [n, m]
match bias {
    Some(bias) => logits.broadcast_add(bias),
    None => Ok(logits),
}
