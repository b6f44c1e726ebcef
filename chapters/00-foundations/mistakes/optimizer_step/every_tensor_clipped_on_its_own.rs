// caught by: clip::clipping_keeps_the_direction_across_all_tensors
// book: Foundations: clipping by the global norm
//
// You clip every tensor by its own norm. Long ones become shorter and short ones do not, so the step points in
// another direction than the gradient. All of them together are one long vector, with one norm and one factor.

let gradients = self.collect(gradients)?;
let norms = norms(&gradients)?;
let gradient_norm = global_norm(&norms);
if !gradient_norm.is_finite() {
    return Err(self.non_finite(&norms, gradient_norm));
}
self.steps += 1;
let number = self.steps;
let clip_norm = self.clip_norm;
let mut smallest = 1.0f64;
for ((trained, gradient), norm) in self.trained.values_mut().zip(gradients).zip(norms) {
    let own_factor = clip_norm.map_or(1.0, |max_norm| clip_factor(norm, max_norm));
    smallest = smallest.min(own_factor);
    trained.step(&(gradient * own_factor)?, number, factor)?;
}
Ok(StepReport { gradient_norm, clip_factor: smallest })
