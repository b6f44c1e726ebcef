// caught by: adamw::two_steps_match_a_calculation_by_hand
// book: Foundations: AdamW
//
// You correct as if one step less had been taken. At the first step that is 1 − β⁰ = 0, and a division by it;
// `step.number` is 1 for the first step already.

let Averages { beta1, beta2, eps } = step.averages;
let before = step.number - 1;
*first = ((&*first * beta1)? + (gradient * (1.0 - beta1))?)?;
*second = ((&*second * beta2)? + (gradient.sqr()? * (1.0 - beta2))?)?;
let mean = (&*first / bias_correction(beta1, before))?;
let mean_square = (&*second / bias_correction(beta2, before))?;
let direction = (mean / (mean_square.sqrt()? + eps)?)?;
let decayed = (variable.as_detached_tensor() * (1.0 - step.learning_rate * step.weight_decay))?;
variable.set(&(decayed - (direction * step.learning_rate)?)?)
