// caught by: optimizer::a_gradient_that_is_not_finite_is_named_and_nothing_moves
// book: Foundations: clipping by the global norm
//
// You take the step whatever the gradients are. A single NaN gets into weight and averages and never leaves them
// again; some hundred steps later all of the model is NaN. Refuse a norm that is not finite, with `self.non_finite`.

let gradients = self.collect(gradients)?;
let norms = norms(&gradients)?;
let gradient_norm = global_norm(&norms);
let clip_factor = self.clip_norm.map_or(1.0, |max_norm| clip_factor(gradient_norm, max_norm));
self.steps += 1;
let number = self.steps;
for (trained, gradient) in self.trained.values_mut().zip(gradients) {
    trained.step(&(gradient * clip_factor)?, number, factor)?;
}
Ok(StepReport { gradient_norm, clip_factor })
