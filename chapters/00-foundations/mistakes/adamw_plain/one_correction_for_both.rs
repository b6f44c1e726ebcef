// caught by: adamw::two_steps_match_a_calculation_by_hand
// book: Foundations: AdamW
//
// You correct both averages with β₁. The average of the squares forgets more slowly and has seen another share of
// what there was: its correction is 1 − β₂ⁿ.

let Averages { beta1, beta2, eps } = step.averages;
let correction = bias_correction(beta1, step.number);
*first = ((&*first * beta1)? + (gradient * (1.0 - beta1))?)?;
*second = ((&*second * beta2)? + (gradient.sqr()? * (1.0 - beta2))?)?;
let mean = (&*first / correction)?;
let mean_square = (&*second / correction)?;
let direction = (mean / (mean_square.sqrt()? + eps)?)?;
let decayed = (variable.as_detached_tensor() * (1.0 - step.learning_rate * step.weight_decay))?;
variable.set(&(decayed - (direction * step.learning_rate)?)?)
