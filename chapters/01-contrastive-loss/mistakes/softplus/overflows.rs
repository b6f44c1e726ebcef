// caught by: sigmoid_loss::softplus_bends_at_zero
// book: Contrastive losses: a logarithm that never overflows
//
// This is the textbook formula, and on paper it is right. In f32, though, exp(v) is infinite from 89 on, and so
// is the result, where the answer is simply v. Raise e only to negative powers.

(v.exp()? + 1.0)?.log()
