// caught by: model::the_answers_rows_are_those_of_the_whole_sequence
// book: Learning to answer: the joint model
//
// You give all image tokens one position and count the words alone. To the decoder an image token is a token:
// positions count from 0 through the picture and on through the text.

let x = self.embed(&batch.ids, &self.image_features(&batch.pixels)?)?; // [b, t, d]
let t = x.dim(1)?;
let allowed = prefix_lm_mask(&batch.prefix_lengths, &batch.lengths, t, &self.device)?; // [b, t, t]
let n = self.image_tokens();
let positions: Vec<u32> = (0..t).map(|place| (place + 1).saturating_sub(n) as u32).collect(); // 0, …, 0, 1, 2, …
let positions = Tensor::from_vec(positions, t, &self.device)?; // [t]
let predicting = self.decoder.forward_chosen(&x, &positions, &allowed, &batch.predicting)?; // [m, d]
self.decoder.logits(&predicting) // [m, vocabulary]
