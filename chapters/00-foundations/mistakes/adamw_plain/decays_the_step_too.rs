// caught by: adamw::decay_does_not_care_about_the_gradient
// book: Foundations: AdamW
//
// You move first and let the moved weight decay, so that a part of the step is taken back, too. What decays is the
// weight from before: multiply it by 1 − rate · decay, and then subtract a whole step.

let Averages { beta1, beta2, eps } = step.averages;
*first = ((&*first * beta1)? + (gradient * (1.0 - beta1))?)?;
*second = ((&*second * beta2)? + (gradient.sqr()? * (1.0 - beta2))?)?;
let mean = (&*first / bias_correction(beta1, step.number))?;
let mean_square = (&*second / bias_correction(beta2, step.number))?;
let direction = (mean / (mean_square.sqrt()? + eps)?)?;
let moved = (variable.as_detached_tensor() - (direction * step.learning_rate)?)?;
variable.set(&(moved * (1.0 - step.learning_rate * step.weight_decay))?)
