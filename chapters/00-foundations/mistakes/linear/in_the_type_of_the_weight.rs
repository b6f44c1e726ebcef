// caught by: ops_linear::the_output_has_the_type_of_the_input
// book: Foundations: the linear layer
//
// You bring x to the type of the weight. A weight in bf16 then rounds the activations, too, and the result is bf16. It
// is the other way round: weight and bias are brought to the type of x, and that is the type of the output.

let (out_features, in_features) = weight.dims2()?;
let mut shape = x.dims().to_vec();
let rows = x.elem_count() / in_features.max(1);
let x = x.to_dtype(weight.dtype())?;
let y = x.reshape((rows, in_features))?.matmul(&weight.t()?)?; // [rows, out]
let y = match bias {
    Some(bias) => y.broadcast_add(&bias.to_dtype(x.dtype())?)?,
    None => y,
};
if let Some(last) = shape.last_mut() {
    *last = out_features;
}
y.reshape(shape) // [.., out]
