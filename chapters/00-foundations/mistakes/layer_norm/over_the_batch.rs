// caught by: layers::layer_norm_keeps_rows_apart
// book: Foundations: layer normalisation
//
// You take mean and variance over dimension 0, the batch; that is another layer, batch norm. Here every token is
// normalised by its own features, so that neighbours do not change it: take the last dimension.

let centred = x.broadcast_sub(&x.mean_keepdim(0)?)?; // [.., d]
let variance = centred.sqr()?.mean_keepdim(0)?; // [1, .., d]
let normal = centred.broadcast_div(&(variance + eps)?.sqrt()?)?; // [.., d]
normal.broadcast_mul(weight)?.broadcast_add(bias)
