// caught by: adamw::decay_does_not_care_about_the_gradient
// book: Foundations: AdamW
//
// Your decay takes `weight_decay` of the weight at every step, whatever the learning rate. Here, as in PyTorch, it is
// learning rate · weight decay, so that the schedule lets both fall together.

let Averages { beta1, beta2, eps } = step.averages;
*first = ((&*first * beta1)? + (gradient * (1.0 - beta1))?)?;
*second = ((&*second * beta2)? + (gradient.sqr()? * (1.0 - beta2))?)?;
let mean = (&*first / bias_correction(beta1, step.number))?;
let mean_square = (&*second / bias_correction(beta2, step.number))?;
let direction = (mean / (mean_square.sqrt()? + eps)?)?;
let decayed = (variable.as_detached_tensor() * (1.0 - step.weight_decay))?;
variable.set(&(decayed - (direction * step.learning_rate)?)?)
