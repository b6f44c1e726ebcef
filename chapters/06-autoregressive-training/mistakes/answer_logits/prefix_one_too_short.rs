// caught by: model::the_answers_rows_are_those_of_the_whole_sequence
// book: Learning to answer: the joint model
//
// You take one from the length of the prefix. Collation has counted already: the line break is the prefix's last
// token, and everybody in the prefix may look at it.

let x = self.embed(&batch.ids, &self.image_features(&batch.pixels)?)?; // [b, t, d]
let t = x.dim(1)?;
let prefixes: Vec<usize> = batch.prefix_lengths.iter().map(|length| length - 1).collect();
let allowed = prefix_lm_mask(&prefixes, &batch.lengths, t, &self.device)?; // [b, t, t]
let positions = Tensor::arange(0u32, t as u32, &self.device)?; // [t]
let predicting = self.decoder.forward_chosen(&x, &positions, &allowed, &batch.predicting)?; // [m, d]
self.decoder.logits(&predicting) // [m, vocabulary]
