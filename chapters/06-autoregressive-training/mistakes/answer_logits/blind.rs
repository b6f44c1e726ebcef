// caught by: suffix_loss::padding_changes_neither_loss_nor_gradients
// book: Learning to answer: the joint model
//
// The decoder reads the placeholders' own embeddings; the picture never gets into the sequence, and no gradient
// reaches tower and projector. A model can still learn to guess, which is why nobody notices from the loss alone.
// `self.embed` puts the image tokens into their places.

let x = self.decoder.embed(&batch.ids)?; // [b, t, d]
let t = x.dim(1)?;
let allowed = prefix_lm_mask(&batch.prefix_lengths, &batch.lengths, t, &self.device)?; // [b, t, t]
let positions = Tensor::arange(0u32, t as u32, &self.device)?; // [t]
let predicting = self.decoder.forward_chosen(&x, &positions, &allowed, &batch.predicting)?; // [m, d]
self.decoder.logits(&predicting) // [m, vocabulary]
