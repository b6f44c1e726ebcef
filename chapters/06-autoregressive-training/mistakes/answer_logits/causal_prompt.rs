// caught by: model::the_answers_rows_are_those_of_the_whole_sequence
// book: Learning to answer: the joint model
//
// Your prefix ends with the image tokens, so the prompt is read from left to right. In PaliGemma picture *and*
// prompt are the prefix: its length stands in `batch.prefix_lengths`.

let x = self.embed(&batch.ids, &self.image_features(&batch.pixels)?)?; // [b, t, d]
let t = x.dim(1)?;
let prefixes = vec![self.image_tokens(); batch.lengths.len()];
let allowed = prefix_lm_mask(&prefixes, &batch.lengths, t, &self.device)?; // [b, t, t]
let positions = Tensor::arange(0u32, t as u32, &self.device)?; // [t]
let predicting = self.decoder.forward_chosen(&x, &positions, &allowed, &batch.predicting)?; // [m, d]
self.decoder.logits(&predicting) // [m, vocabulary]
