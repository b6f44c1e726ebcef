// caught by: suffix_loss::the_answer_does_not_leak_into_its_own_prediction
// book: Learning to answer: the joint model
//
// You shift once more. Collation already names, for each target, the position *before* it; one further and a token
// predicts itself.

let x = self.embed(&batch.ids, &self.image_features(&batch.pixels)?)?; // [b, t, d]
let t = x.dim(1)?;
let allowed = prefix_lm_mask(&batch.prefix_lengths, &batch.lengths, t, &self.device)?; // [b, t, t]
let shifted = (&batch.predicting + 1.0)?; // [m]
let positions = Tensor::arange(0u32, t as u32, &self.device)?; // [t]
let predicting = self.decoder.forward_chosen(&x, &positions, &allowed, &shifted)?; // [m, d]
self.decoder.logits(&predicting) // [m, vocabulary]
