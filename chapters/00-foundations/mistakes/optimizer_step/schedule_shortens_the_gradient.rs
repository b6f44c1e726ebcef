// caught by: optimizer::half_the_factor_is_half_the_step
// book: Foundations: clipping by the global norm
//
// You multiply the gradients by the schedule's factor. Both methods divide by the size of the gradient again, so that
// hardly anything of it is left, and the averages are distorted as the factor changes. The factor belongs to the
// learning rate: hand it to every variable's step.

let gradients = self.collect(gradients)?;
let norms = norms(&gradients)?;
let gradient_norm = global_norm(&norms);
if !gradient_norm.is_finite() {
    return Err(self.non_finite(&norms, gradient_norm));
}
let clip_factor = self.clip_norm.map_or(1.0, |max_norm| clip_factor(gradient_norm, max_norm));
self.steps += 1;
let number = self.steps;
for (trained, gradient) in self.trained.values_mut().zip(gradients) {
    trained.step(&(gradient * (clip_factor * factor))?, number, 1.0)?;
}
Ok(StepReport { gradient_norm, clip_factor })
