// caught by: adamw::the_pass_in_place_equals_the_readable_form
// book: Foundations: AdamW
//
// You add eps under the root, where 1e-8 counts like a gradient of 1e-4: parameters with small gradients hardly move.
// It is added to the root, where it only keeps a division by zero away.

let Averages { beta1, beta2, eps } = step.averages;
*first = ((&*first * beta1)? + (gradient * (1.0 - beta1))?)?;
*second = ((&*second * beta2)? + (gradient.sqr()? * (1.0 - beta2))?)?;
let mean = (&*first / bias_correction(beta1, step.number))?;
let mean_square = (&*second / bias_correction(beta2, step.number))?;
let direction = (mean / (mean_square + eps)?.sqrt()?)?;
let decayed = (variable.as_detached_tensor() * (1.0 - step.learning_rate * step.weight_decay))?;
variable.set(&(decayed - (direction * step.learning_rate)?)?)
