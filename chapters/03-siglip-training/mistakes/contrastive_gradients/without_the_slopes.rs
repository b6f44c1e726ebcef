// caught by: objective::shards_change_nothing
// book: Training SigLIP: a big batch in small pieces
//
// You go backwards from the sum of the vectors, which asks how to make their numbers larger. The loss says for
// each number how it should move: multiply by ∂L/∂vector before you sum, and the chain rule does the rest.

let shards = shards(batch.ids.dim(0)?, batch.ids.device());
let vectors = on_all_cores(&shards, |rows| self.vectors(batch, rows))?; // shards of [rows, d]
let (pictures, captions): (Vec<_>, Vec<_>) = vectors.iter().map(|(x, y)| (x.detach(), y.detach())).unzip();
let (pictures, captions) = (Tensor::cat(&pictures, 0)?, Tensor::cat(&captions, 0)?); // [n, d]
let (pictures, captions) = (Var::from_tensor(&pictures)?, Var::from_tensor(&captions)?);
let loss = self.loss_of_vectors(&pictures, &captions)?;
let gradients = loss.backward()?;
let mut parts = on_all_cores(&vectors, |(pictures, captions)| {
    (pictures.sum_all()? + captions.sum_all()?)?.backward()
})?;
parts.push(gradients); // of the temperature and the bias
Ok((number(&loss)?, sum_gradients(parts)?))
