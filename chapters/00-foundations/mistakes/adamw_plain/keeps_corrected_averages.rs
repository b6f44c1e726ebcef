// caught by: adamw::two_steps_match_a_calculation_by_hand
// book: Foundations: AdamW
//
// You keep the corrected averages, and the next step corrects them once more. The correction makes up for a beginning
// at zero, and supposes that what it corrects has that beginning in it: divide for this step's direction, and keep the
// averages as they are.

let Averages { beta1, beta2, eps } = step.averages;
*first = ((&*first * beta1)? + (gradient * (1.0 - beta1))?)?;
*second = ((&*second * beta2)? + (gradient.sqr()? * (1.0 - beta2))?)?;
*first = (&*first / bias_correction(beta1, step.number))?;
*second = (&*second / bias_correction(beta2, step.number))?;
let direction = (&*first / (second.sqrt()? + eps)?)?;
let decayed = (variable.as_detached_tensor() * (1.0 - step.learning_rate * step.weight_decay))?;
variable.set(&(decayed - (direction * step.learning_rate)?)?)
