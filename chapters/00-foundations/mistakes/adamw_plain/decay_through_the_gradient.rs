// caught by: adamw::decay_does_not_care_about_the_gradient
// book: Foundations: AdamW
//
// You add the decay to the gradient (L2 regularisation). There it is divided by the size of the gradients like
// everything else, and where gradients are large nothing of it is left. The W of AdamW is that the decay acts on the
// weight itself.

let Averages { beta1, beta2, eps } = step.averages;
let gradient = (gradient + (variable.as_detached_tensor() * step.weight_decay)?)?;
*first = ((&*first * beta1)? + (&gradient * (1.0 - beta1))?)?;
*second = ((&*second * beta2)? + (gradient.sqr()? * (1.0 - beta2))?)?;
let mean = (&*first / bias_correction(beta1, step.number))?;
let mean_square = (&*second / bias_correction(beta2, step.number))?;
let direction = (mean / (mean_square.sqrt()? + eps)?)?;
variable.set(&(variable.as_detached_tensor() - (direction * step.learning_rate)?)?)
