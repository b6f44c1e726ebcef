// caught by: layers::linear_treats_every_row_alike
// book: Foundations: the linear layer
//
// You provide for [rows, in] and [batch, positions, in] and for nothing else: a single vector [in], or two dimensions
// before the positions, stop with an error. Leading dimensions only arrange rows, and there may be any number of them.

let out_features = weight.dim(0)?;
let weight = weight.to_dtype(x.dtype())?.t()?; // [in, out]
let y = match x.dims() {
    &[b, t, d] => x.reshape((b * t, d))?.matmul(&weight)?.reshape((b, t, out_features))?,
    _ => x.matmul(&weight)?, // [rows, out]
};
match bias {
    Some(bias) => y.broadcast_add(&bias.to_dtype(x.dtype())?),
    None => Ok(y),
}
