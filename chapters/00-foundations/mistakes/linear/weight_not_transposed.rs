// caught by: layers::linear_multiplies_by_the_rows_of_its_weight
// book: Foundations: the linear layer
//
// You multiply by the weight as it is stored, [out, in]. The product needs [in, out]: transpose it. With a square
// weight nobody would have complained, and every output would have been a sum over the wrong numbers.

let (out_features, in_features) = weight.dims2()?;
let mut shape = x.dims().to_vec();
let rows = x.elem_count() / in_features.max(1);
let weight = weight.to_dtype(x.dtype())?;
let y = x.reshape((rows, in_features))?.matmul(&weight)?; // [rows, out]
let y = match bias {
    Some(bias) => y.broadcast_add(&bias.to_dtype(x.dtype())?)?,
    None => y,
};
if let Some(last) = shape.last_mut() {
    *last = out_features;
}
y.reshape(shape) // [.., out]
