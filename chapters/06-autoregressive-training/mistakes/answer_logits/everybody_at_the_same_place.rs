// caught by: model::the_answers_rows_are_those_of_the_whole_sequence
// book: Learning to answer: the joint model
//
// All positions are the same, so no token is turned against another, and the decoder cannot tell the order of the
// words. Positions count from 0.

let x = self.embed(&batch.ids, &self.image_features(&batch.pixels)?)?; // [b, t, d]
let t = x.dim(1)?;
let prefixes = batch.prefix_lengths.clone();
let allowed = prefix_lm_mask(&prefixes, &batch.lengths, t, &self.device)?; // [b, t, t]
let positions = Tensor::zeros(t, DType::U32, &self.device)?; // [t]
let predicting = self.decoder.forward_chosen(&x, &positions, &allowed, &batch.predicting)?; // [m, d]
self.decoder.logits(&predicting) // [m, vocabulary]
