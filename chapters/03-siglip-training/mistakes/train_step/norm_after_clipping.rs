// caught by: trainer::the_norm_in_the_record_is_from_before_clipping
// book: Training SigLIP: the loop
//
// You report how long the gradient is after clipping. That is the clip norm again and again, and it hides what the number
// is there to show: a run that is about to diverge announces itself by gradients that grow.

let (step, started) = (self.step, Instant::now());
let batch = objective.batch(step)?;
let (loss, gradients) = objective.gradients(&batch, step)?;
if !loss.is_finite() {
    return Err(TrainError::Diverged { step, loss });
}
let rate = self.schedule.factor(step);
let report = self.optimizer.step(&gradients, rate).map_err(|source| TrainError::Optim { step, source })?;
objective.after_step()?;
self.step += 1;
let seconds = started.elapsed().as_secs_f64();
let gradient_norm = report.gradient_norm * report.clip_factor;
Ok(StepRecord { step, loss, gradient_norm, rate, seconds })
