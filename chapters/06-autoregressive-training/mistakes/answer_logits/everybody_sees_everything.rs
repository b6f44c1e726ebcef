// caught by: suffix_loss::padding_changes_neither_loss_nor_gradients
// book: Learning to answer: the joint model
//
// Everybody sees everybody: the words of the answer see the words after them, and padding is read as if it were
// words, so that what an example answers depends on how long its neighbours in the batch are. The lengths of
// prefix and row make the mask.

let x = self.embed(&batch.ids, &self.image_features(&batch.pixels)?)?; // [b, t, d]
let (b, t, _) = x.dims3()?;
let allowed = Tensor::ones((b, t, t), DType::U8, &self.device)?; // [b, t, t]
let positions = Tensor::arange(0u32, t as u32, &self.device)?; // [t]
let predicting = self.decoder.forward_chosen(&x, &positions, &allowed, &batch.predicting)?; // [m, d]
self.decoder.logits(&predicting) // [m, vocabulary]
