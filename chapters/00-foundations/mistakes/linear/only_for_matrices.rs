// caught by: layers::linear_treats_every_row_alike
// book: Foundations: the linear layer
//
// `matmul` wants the same number of dimensions on both sides, and the same leading ones: with a batch in front of `x`
// this stops with an error. Make `x` a matrix of rows first, multiply, and give the leading dimensions back.

let weight = weight.to_dtype(x.dtype())?;
let y = x.matmul(&weight.t()?)?;
match bias {
    Some(bias) => y.broadcast_add(&bias.to_dtype(x.dtype())?),
    None => Ok(y),
}
