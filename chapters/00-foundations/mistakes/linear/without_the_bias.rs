// caught by: layers::linear_multiplies_by_the_rows_of_its_weight
// book: Foundations: the linear layer
//
// You never add the bias. Every output then has to be zero for an input of zeros, and a bias that has no effect
// receives no gradient either.

let (out_features, in_features) = weight.dims2()?;
let mut shape = x.dims().to_vec();
let rows = x.elem_count() / in_features.max(1);
let weight = weight.to_dtype(x.dtype())?;
let y = x.reshape((rows, in_features))?.matmul(&weight.t()?)?; // [rows, out]
if let Some(last) = shape.last_mut() {
    *last = out_features;
}
y.reshape(shape) // [.., out]
