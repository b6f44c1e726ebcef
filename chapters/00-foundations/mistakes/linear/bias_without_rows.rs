// caught by: layers::linear_treats_every_row_alike
// book: Foundations: the linear layer
//
// `y + bias` wants two tensors of one shape, and the bias has only the last dimension of `y`. `broadcast_add` adds it
// to every row.

let (out_features, in_features) = weight.dims2()?;
let mut shape = x.dims().to_vec();
let rows = x.elem_count() / in_features.max(1);
let weight = weight.to_dtype(x.dtype())?;
let y = x.reshape((rows, in_features))?.matmul(&weight.t()?)?; // [rows, out]
let y = match bias {
    Some(bias) => (y + bias.to_dtype(x.dtype())?)?,
    None => y,
};
if let Some(last) = shape.last_mut() {
    *last = out_features;
}
y.reshape(shape) // [.., out]
