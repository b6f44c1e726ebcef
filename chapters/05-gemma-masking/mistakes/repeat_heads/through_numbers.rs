// caught by: grouped_query_attention::gradients_match_finite_differences
// book: Gemma: grouped queries
//
// You take the numbers out and make a new tensor of them. It knows nothing of the old one: no gradient gets back to
// keys and values, and their projections never learn. (It also reads f32 only.) Stay with operations on tensors.

let (b, t, heads, d) = x.dims4()?;
let numbers = x.flatten_all()?.to_vec1::<f32>()?;
let mut repeated = Vec::with_capacity(numbers.len() * times);
for head in numbers.chunks(d) {
    for _ in 0..times {
        repeated.extend_from_slice(head);
    }
}
Tensor::from_vec(repeated, (b, t, heads * times, d), x.device())
