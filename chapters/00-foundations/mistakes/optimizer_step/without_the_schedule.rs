// caught by: optimizer::half_the_factor_is_half_the_step
// book: Foundations: clipping by the global norm
//
// You pass 1 in the place of `factor`, so that there is neither warm-up nor cool-down. What the schedule says is
// handed on to every variable's step, which multiplies its peak learning rate by it.

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
    trained.step(&(gradient * clip_factor)?, number, 1.0)?;
}
Ok(StepReport { gradient_norm, clip_factor })
