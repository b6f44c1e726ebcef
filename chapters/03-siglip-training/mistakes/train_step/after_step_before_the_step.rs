// caught by: trainer::the_objective_hears_of_every_step
// book: Training SigLIP: the loop
//
// You call `after_step` before the optimiser has moved anything. What it puts right is what the step may have pushed
// out of bounds: called too early, it leaves the scale above 100 until the next step, and in every checkpoint. And a
// step that is refused has then changed something after all.

let (step, started) = (self.step, Instant::now());
let batch = objective.batch(step)?;
let (loss, gradients) = objective.gradients(&batch, step)?;
if !loss.is_finite() {
    return Err(TrainError::Diverged { step, loss });
}
let rate = self.schedule.factor(step);
objective.after_step()?;
let report = self.optimizer.step(&gradients, rate).map_err(|source| TrainError::Optim { step, source })?;
self.step += 1;
let seconds = started.elapsed().as_secs_f64();
Ok(StepRecord { step, loss, gradient_norm: report.gradient_norm, rate, seconds })
