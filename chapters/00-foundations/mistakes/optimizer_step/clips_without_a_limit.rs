// caught by: groups::every_variable_gets_the_recipe_of_its_name
// book: Foundations: clipping by the global norm
//
// You clip at 1 when no `clip_norm` was given. Without a limit nothing is shortened: the factor is 1, however long the
// gradients are.

let gradients = self.collect(gradients)?;
let norms = norms(&gradients)?;
let gradient_norm = global_norm(&norms);
if !gradient_norm.is_finite() {
    return Err(self.non_finite(&norms, gradient_norm));
}
let clip_factor = clip_factor(gradient_norm, self.clip_norm.unwrap_or(1.0));
self.steps += 1;
let number = self.steps;
for (trained, gradient) in self.trained.values_mut().zip(gradients) {
    trained.step(&(gradient * clip_factor)?, number, factor)?;
}
Ok(StepReport { gradient_norm, clip_factor })
