// caught by: trainer::a_broken_loss_stops_before_anything_changes
// book: Training SigLIP: the loop
//
// You stop at a loss that is NaN and let an infinite one pass. It is just as broken, and its gradients may all be
// finite, so that nobody else notices: ask `is_finite`.

let (step, started) = (self.step, Instant::now());
let batch = objective.batch(step)?;
let (loss, gradients) = objective.gradients(&batch, step)?;
if loss.is_nan() {
    return Err(TrainError::Diverged { step, loss });
}
let rate = self.schedule.factor(step);
let report = self.optimizer.step(&gradients, rate).map_err(|source| TrainError::Optim { step, source })?;
objective.after_step()?;
self.step += 1;
let seconds = started.elapsed().as_secs_f64();
Ok(StepRecord { step, loss, gradient_norm: report.gradient_norm, rate, seconds })
