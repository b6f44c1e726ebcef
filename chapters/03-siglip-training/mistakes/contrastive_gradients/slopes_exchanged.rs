// caught by: objective::shards_change_nothing
// book: Training SigLIP: a big batch in small pieces
//
// You exchange the slopes: the pictures go backwards with what the loss said of the captions, and the captions with
// what it said of the pictures. Both are [n, d], so nothing complains. Each vector has a slope of its own.

let shards = shards(batch.ids.dim(0)?, batch.ids.device());
let vectors = on_all_cores(&shards, |rows| self.vectors(batch, rows))?; // shards of [rows, d]
let (pictures, captions): (Vec<_>, Vec<_>) = vectors.iter().map(|(x, y)| (x.detach(), y.detach())).unzip();
let (pictures, captions) = (Tensor::cat(&pictures, 0)?, Tensor::cat(&captions, 0)?); // [n, d]
let (pictures, captions) = (Var::from_tensor(&pictures)?, Var::from_tensor(&captions)?);
let loss = self.loss_of_vectors(&pictures, &captions)?;
let mut gradients = loss.backward()?;
let no_gradient = || candle_core::Error::Msg("the loss does not depend on its vectors".to_owned());
let of_pictures = gradients.remove(&pictures).ok_or_else(no_gradient)?.detach(); // [n, d]
let of_captions = gradients.remove(&captions).ok_or_else(no_gradient)?.detach(); // [n, d]
let work: Vec<_> = shards.iter().zip(&vectors).collect();
let mut parts = on_all_cores(&work, |(rows, (pictures, captions))| {
    let of_pictures = of_pictures.narrow(0, rows.start, rows.len())?;
    let of_captions = of_captions.narrow(0, rows.start, rows.len())?;
    ((pictures * of_captions)? + (captions * of_pictures)?)?.sum_all()?.backward()
})?;
parts.push(gradients); // of the temperature and the bias
Ok((number(&loss)?, sum_gradients(parts)?))
