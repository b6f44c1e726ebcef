// caught by: trainer::every_step_has_its_own_batch
// book: Training SigLIP: the loop
//
// You ask for batch 0 again and again. The loss falls beautifully, because the model learns one batch by heart. A batch
// is a function of the seed and the step, so ask for the one of this step.

let (step, started) = (self.step, Instant::now());
let batch = objective.batch(0)?;
let (loss, gradients) = objective.gradients(&batch, step)?;
if !loss.is_finite() {
    return Err(TrainError::Diverged { step, loss });
}
let rate = self.schedule.factor(step);
let report = self.optimizer.step(&gradients, rate).map_err(|source| TrainError::Optim { step, source })?;
objective.after_step()?;
self.step += 1;
let seconds = started.elapsed().as_secs_f64();
Ok(StepRecord { step, loss, gradient_norm: report.gradient_norm, rate, seconds })
