// caught by: collate::weights_by_example_and_by_token
// book: Learning to answer: collation
//
// The two averages are exchanged. Per *example*, each example has the same share and divides it among its
// tokens; per *token*, long answers count more.

let lengths: Vec<usize> = examples.iter().map(|example| example.ids.len()).collect();
let prefix_lengths: Vec<usize> = examples.iter().map(|example| example.prefix_length).collect();
let t = lengths.iter().copied().max().unwrap_or(0);
let answer_tokens: usize = lengths.iter().zip(&prefix_lengths).map(|(length, prefix)| length - prefix).sum();
let (mut ids, mut predicting, mut targets, mut weights) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
for (row, example) in examples.iter().enumerate() {
    let answer = example.prefix_length..example.ids.len();
    let weight = match averaging {
        Averaging::PerToken => 1.0 / (examples.len() * answer.len()) as f32,
        Averaging::PerExample => 1.0 / answer_tokens as f32,
    };
    for position in answer {
        predicting.push((row * t + position - 1) as u32);
        targets.push(example.ids[position]);
        weights.push(weight);
    }
    ids.extend(example.ids.iter().copied());
    ids.resize((row + 1) * t, pad);
}
let m = targets.len();
Ok(Batch {
    pixels,
    ids: Tensor::from_vec(ids, (examples.len(), t), device)?,
    prefix_lengths,
    lengths,
    predicting: Tensor::from_vec(predicting, m, device)?,
    targets: Tensor::from_vec(targets, m, device)?,
    weights: Tensor::from_vec(weights, m, device)?,
})
