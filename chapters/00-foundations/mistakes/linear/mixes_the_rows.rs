// caught by: layers::linear_treats_every_row_alike
// book: Foundations: the linear layer
//
// You cut the numbers into [in, rows] and transpose. The shape fits, and each row is now made of numbers of all the
// others. Features are the last dimension and lie side by side: reshape to [rows, in].

let (out_features, in_features) = weight.dims2()?;
let mut shape = x.dims().to_vec();
let rows = x.elem_count() / in_features.max(1);
let weight = weight.to_dtype(x.dtype())?;
let y = x.reshape((in_features, rows))?.t()?.contiguous()?.matmul(&weight.t()?)?; // [rows, out]
let y = match bias {
    Some(bias) => y.broadcast_add(&bias.to_dtype(x.dtype())?)?,
    None => y,
};
if let Some(last) = shape.last_mut() {
    *last = out_features;
}
y.reshape(shape) // [.., out]
