// caught by: layers::linear_treats_every_row_alike
// book: Foundations: the linear layer
//
// You return [rows, out], whatever the shape of the input was. The leading dimensions (batch, position) have to
// come back: only the last one changes, from `in` to `out`.

let (_, in_features) = weight.dims2()?;
let rows = x.elem_count() / in_features.max(1);
let weight = weight.to_dtype(x.dtype())?;
let y = x.reshape((rows, in_features))?.matmul(&weight.t()?)?; // [rows, out]
match bias {
    Some(bias) => y.broadcast_add(&bias.to_dtype(x.dtype())?),
    None => Ok(y),
}
