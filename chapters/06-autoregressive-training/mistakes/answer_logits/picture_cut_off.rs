// caught by: suffix_loss::padding_changes_neither_loss_nor_gradients
// book: Learning to answer: the joint model
//
// You detach the image tokens, so that no gradient reaches projector and tower: the decoder has to live with what
// chance shows it. Who rests is decided by name, not here.

let features = self.image_features(&batch.pixels)?.detach(); // [b, n, d]
let x = self.embed(&batch.ids, &features)?; // [b, t, d]
let t = x.dim(1)?;
let allowed = prefix_lm_mask(&batch.prefix_lengths, &batch.lengths, t, &self.device)?; // [b, t, t]
let positions = Tensor::arange(0u32, t as u32, &self.device)?; // [t]
let predicting = self.decoder.forward_chosen(&x, &positions, &allowed, &batch.predicting)?; // [m, d]
self.decoder.logits(&predicting) // [m, vocabulary]
