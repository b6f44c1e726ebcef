// caught by: adamw::two_steps_match_a_calculation_by_hand
// book: Foundations: AdamW
//
// You put both corrections into the learning rate, as Adam's paper suggests for speed. Then eps is added to a root
// that has not been corrected, and in the first steps it weighs several times as much as it should. Correct the
// average of the squares, take the root, and add eps to that.

let Averages { beta1, beta2, eps } = step.averages;
*first = ((&*first * beta1)? + (gradient * (1.0 - beta1))?)?;
*second = ((&*second * beta2)? + (gradient.sqr()? * (1.0 - beta2))?)?;
let correction = bias_correction(beta2, step.number).sqrt() / bias_correction(beta1, step.number);
let direction = (&*first / (second.sqrt()? + eps)?)?;
let decayed = (variable.as_detached_tensor() * (1.0 - step.learning_rate * step.weight_decay))?;
variable.set(&(decayed - (direction * (step.learning_rate * correction))?)?)
