// caught by: objective::shards_change_nothing
// book: Training SigLIP: a big batch in small pieces
//
// The towers get their gradients, the temperature and the bias get none. They take part in the loss and not in the
// towers, so their gradients come from the backward pass of the loss itself: what is left of it has to be added.

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
let parts = on_all_cores(&work, |(rows, (pictures, captions))| {
    let of_pictures = of_pictures.narrow(0, rows.start, rows.len())?;
    let of_captions = of_captions.narrow(0, rows.start, rows.len())?;
    ((pictures * of_pictures)? + (captions * of_captions)?)?.sum_all()?.backward()
})?;
Ok((number(&loss)?, sum_gradients(parts)?))
