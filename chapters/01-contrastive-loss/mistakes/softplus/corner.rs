// caught by: sigmoid_loss::softplus_bends_at_zero
// book: Contrastive losses: a logarithm that never overflows
//
// max(v, 0) is what softplus looks like from far away. Near zero it is larger, by ln 2 at 0 itself; without that
// part, an answer that is right by a hair would cost nothing and teach nothing.

v.relu()
