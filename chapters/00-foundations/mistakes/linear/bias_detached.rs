// caught by: params::frozen_parameters_get_no_gradient
// book: Foundations: the linear layer
//
// You detach the bias: the output is right, and the bias stays at the zero where it began. Gradients flow into all
// three, input, weight and bias.

let (out_features, in_features) = weight.dims2()?;
let mut shape = x.dims().to_vec();
let rows = x.elem_count() / in_features.max(1);
let weight = weight.to_dtype(x.dtype())?;
let y = x.reshape((rows, in_features))?.matmul(&weight.t()?)?; // [rows, out]
let y = match bias {
    Some(bias) => y.broadcast_add(&bias.detach().to_dtype(x.dtype())?)?,
    None => y,
};
if let Some(last) = shape.last_mut() {
    *last = out_features;
}
y.reshape(shape) // [.., out]
