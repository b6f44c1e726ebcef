// caught by: layers::an_id_outside_of_the_vocabulary_is_an_error
// book: Foundations: the embedding table
//
// You multiply one-hot rows by the table. For a known id that is the same number, at the price of a whole product. But
// an id that is no word has a one nowhere: it becomes a row of zeros, and nobody is told that tokenizer and model do
// not fit. `index_select` refuses it.

let (vocabulary, width) = weight.dims2()?;
let mut shape = ids.dims().to_vec();
shape.push(width);
let words = Tensor::arange(0u32, vocabulary as u32, weight.device())?.unsqueeze(0)?; // [1, vocabulary]
let one_hot = ids.flatten_all()?.unsqueeze(1)?.broadcast_eq(&words)?; // [ids, vocabulary]
one_hot.to_dtype(weight.dtype())?.matmul(weight)?.reshape(shape) // [.., d]
