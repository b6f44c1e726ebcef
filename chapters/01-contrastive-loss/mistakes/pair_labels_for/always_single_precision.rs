// caught by: sigmoid_loss::labels_are_plus_one_on_the_diagonal
// book: Contrastive losses: n questions answered yes, n² − n answered no
//
// Your labels are f32, whatever type was asked for. They are multiplied with the logits, and candle multiplies only
// numbers of one type: bring them to `dtype`.

let image = Tensor::arange(0u32, n as u32, device)?.unsqueeze(1)?; // [n, 1]
let text = Tensor::arange(texts.start as u32, texts.end as u32, device)?.unsqueeze(0)?; // [1, chunk]
let belongs = image.broadcast_eq(&text)?.to_dtype(DType::F32)?; // [n, chunk] of 0 and 1
belongs.affine(2.0, -1.0) // [n, chunk] of −1 and +1
