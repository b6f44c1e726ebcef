// caught by: optimizer::a_missing_gradient_is_named_and_nothing_moves
// book: Foundations: clipping by the global norm
//
// You count the step before you know whether it can be taken. A refused step must leave no trace: the number enters
// the correction of the averages and the saved state.

self.steps += 1;
let number = self.steps;
let gradients = self.collect(gradients)?;
let norms = norms(&gradients)?;
let gradient_norm = global_norm(&norms);
if !gradient_norm.is_finite() {
    return Err(self.non_finite(&norms, gradient_norm));
}
let clip_factor = self.clip_norm.map_or(1.0, |max_norm| clip_factor(gradient_norm, max_norm));
for (trained, gradient) in self.trained.values_mut().zip(gradients) {
    trained.step(&(gradient * clip_factor)?, number, factor)?;
}
Ok(StepReport { gradient_norm, clip_factor })
