// caught by: objective::shards_change_nothing
// book: Training SigLIP: a big batch in small pieces
//
// You compute a loss inside each shard and average, as one does for most models. But here the rows are one
// another's wrong answers: a picture would meet the captions of its own shard only, and a batch cut in two asks
// half as many questions.

let shards = shards(batch.ids.dim(0)?, batch.ids.device());
let losses = on_all_cores(&shards, |rows| {
    let (pictures, captions) = self.vectors(batch, rows)?; // [rows, d] each
    self.loss_of_vectors(&pictures, &captions)
})?;
let mut total = 0.0;
let mut parts = Vec::with_capacity(losses.len());
for loss in &losses {
    let share = (loss / losses.len() as f64)?;
    total += number(&share)?;
    parts.push(share.backward()?);
}
Ok((total, sum_gradients(parts)?))
