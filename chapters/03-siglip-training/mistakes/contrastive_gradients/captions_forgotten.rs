// caught by: objective::shards_change_nothing
// book: Training SigLIP: a big batch in small pieces
//
// Only the pictures go backwards. The loss has two kinds of vectors, and each of them tells its own tower how to
// move: without the second term the caption's tower gets no gradient at all.

let shards = shards(batch.ids.dim(0)?, batch.ids.device());
let vectors = on_all_cores(&shards, |rows| self.vectors(batch, rows))?; // shards of [rows, d]
let (pictures, captions): (Vec<_>, Vec<_>) = vectors.iter().map(|(x, y)| (x.detach(), y.detach())).unzip();
let (pictures, captions) = (Tensor::cat(&pictures, 0)?, Tensor::cat(&captions, 0)?); // [n, d]
let (pictures, captions) = (Var::from_tensor(&pictures)?, Var::from_tensor(&captions)?);
let loss = self.loss_of_vectors(&pictures, &captions)?;
let mut gradients = loss.backward()?;
let no_gradient = || candle_core::Error::Msg("the loss does not depend on its vectors".to_owned());
let of_pictures = gradients.remove(&pictures).ok_or_else(no_gradient)?.detach(); // [n, d]
let work: Vec<_> = shards.iter().zip(&vectors).collect();
let mut parts = on_all_cores(&work, |(rows, (pictures, _))| {
    let of_pictures = of_pictures.narrow(0, rows.start, rows.len())?;
    (pictures * of_pictures)?.sum_all()?.backward()
})?;
parts.push(gradients); // of the temperature and the bias
Ok((number(&loss)?, sum_gradients(parts)?))
