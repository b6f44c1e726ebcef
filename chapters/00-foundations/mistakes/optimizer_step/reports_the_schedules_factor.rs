// caught by: clip::clipping_keeps_the_direction_across_all_tensors
// book: Foundations: clipping by the global norm
//
// You report the schedule's `factor` where the factor of clipping belongs. The record of a run then never shows that
// gradients were shortened, which is the first sign of one that is about to diverge.

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
    trained.step(&(gradient * clip_factor)?, number, factor)?;
}
Ok(StepReport { gradient_norm, clip_factor: factor })
