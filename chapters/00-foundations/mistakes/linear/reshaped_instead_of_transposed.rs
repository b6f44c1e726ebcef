// caught by: layers::linear_multiplies_by_the_rows_of_its_weight
// book: Foundations: the linear layer
//
// `reshape` makes the shapes fit and leaves the numbers in their order, so that rows are cut in the wrong places.
// Transposing exchanges rows and columns: `weight.t()`.

let (out_features, in_features) = weight.dims2()?;
let mut shape = x.dims().to_vec();
let rows = x.elem_count() / in_features.max(1);
let weight = weight.to_dtype(x.dtype())?;
let y = x.reshape((rows, in_features))?.matmul(&weight.reshape((in_features, out_features))?)?; // [rows, out]
let y = match bias {
    Some(bias) => y.broadcast_add(&bias.to_dtype(x.dtype())?)?,
    None => y,
};
if let Some(last) = shape.last_mut() {
    *last = out_features;
}
y.reshape(shape) // [.., out]
