// caught by: suffix_loss::the_answer_does_not_leak_into_its_own_prediction
// book: Learning to answer: the joint model
//
// Your mask takes the whole row for prefix, so every word sees the words after it. The loss falls fast, and the
// model cannot write: there is no future to read while writing.

let x = self.embed(&batch.ids, &self.image_features(&batch.pixels)?)?; // [b, t, d]
let t = x.dim(1)?;
let allowed = prefix_lm_mask(&batch.lengths, &batch.lengths, t, &self.device)?; // [b, t, t]
let positions = Tensor::arange(0u32, t as u32, &self.device)?; // [t]
let predicting = self.decoder.forward_chosen(&x, &positions, &allowed, &batch.predicting)?; // [m, d]
self.decoder.logits(&predicting) // [m, vocabulary]
