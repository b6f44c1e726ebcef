// caught by: adamw::the_first_step_is_one_learning_rate_against_the_sign
// book: Foundations: AdamW
//
// You use the averages as they are. They began at zero and are too small at first, the one of the squares less so
// after its root: the first step has less than half its length. Divide each by its `bias_correction`.

let Averages { beta1, beta2, eps } = step.averages;
*first = ((&*first * beta1)? + (gradient * (1.0 - beta1))?)?;
*second = ((&*second * beta2)? + (gradient.sqr()? * (1.0 - beta2))?)?;
let direction = (&*first / (second.sqrt()? + eps)?)?;
let decayed = (variable.as_detached_tensor() * (1.0 - step.learning_rate * step.weight_decay))?;
variable.set(&(decayed - (direction * step.learning_rate)?)?)
