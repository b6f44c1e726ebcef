// caught by: optimizer::a_gradient_that_is_not_finite_is_named_and_nothing_moves
// book: Foundations: clipping by the global norm
//
// You notice the NaN, after every variable has made its step with it. The error is returned, and the model is
// broken all the same. Check first, then step.

let gradients = self.collect(gradients)?;
let norms = norms(&gradients)?;
let gradient_norm = global_norm(&norms);
let clip_factor = self.clip_norm.map_or(1.0, |max_norm| clip_factor(gradient_norm, max_norm));
self.steps += 1;
let number = self.steps;
for (trained, gradient) in self.trained.values_mut().zip(gradients) {
    trained.step(&(gradient * clip_factor)?, number, factor)?;
}
if !gradient_norm.is_finite() {
    return Err(self.non_finite(&norms, gradient_norm));
}
Ok(StepReport { gradient_norm, clip_factor })
