// caught by: suffix_loss::the_gradient_is_the_measured_slope
// book: Learning to answer: the suffix loss
//
// You multiply by the weights as they come. Collation makes them in f32; a model that computes in another type
// gives logits of that type, and the two cannot be multiplied. Bring the weights to the type of the logits.

let surprise = ops::cross_entropy(logits, targets)?; // [m]
(surprise * weights)?.sum_all()
