// caught by: collate::a_position_predicts_the_token_that_follows_it
// book: Learning to answer: collation
//
// You pad with 0, whatever `pad` says. Another tokenizer may have another number for padding, and its token 0 is
// then a word, or the place of a picture, at the end of every short row.

let lengths: Vec<usize> = examples.iter().map(|example| example.ids.len()).collect();
let prefix_lengths: Vec<usize> = examples.iter().map(|example| example.prefix_length).collect();
let t = lengths.iter().copied().max().unwrap_or(0);
let answer_tokens: usize = lengths.iter().zip(&prefix_lengths).map(|(length, prefix)| length - prefix).sum();
let (mut ids, mut predicting, mut targets, mut weights) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
for (row, example) in examples.iter().enumerate() {
    let answer = example.prefix_length..example.ids.len();
    let weight = match averaging {
        Averaging::PerExample => 1.0 / (examples.len() * answer.len()) as f32,
        Averaging::PerToken => 1.0 / answer_tokens as f32,
    };
    for position in answer {
        predicting.push((row * t + position - 1) as u32);
        targets.push(example.ids[position]);
        weights.push(weight);
    }
    ids.extend(example.ids.iter().copied());
    ids.resize((row + 1) * t, 0u32);
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
