// caught by: layers::layer_norm_adds_its_own_eps_to_the_variance
// book: Foundations: layer normalisation
//
// You add 1e-6, whatever `eps` says. Every model has its own, and for a quiet row it is not small beside the variance:
// published weights that were trained with another one come out differently. Add the `eps` that is handed in.

let centred = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?; // [.., d]
let variance = centred.sqr()?.mean_keepdim(D::Minus1)?; // [.., 1]
let normal = centred.broadcast_div(&(variance + 1e-6)?.sqrt()?)?; // [.., d]
normal.broadcast_mul(weight)?.broadcast_add(bias)
