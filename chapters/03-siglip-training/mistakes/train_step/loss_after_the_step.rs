// caught by: trainer::a_step_reports_what_happened
// book: Training SigLIP: the loop
//
// You compute the loss again after the parameters have moved. It costs a second forward pass, and it flatters: the
// model has just been pulled towards this very batch. The record holds the loss that the gradients came from.

let (step, started) = (self.step, Instant::now());
let batch = objective.batch(step)?;
let (loss, gradients) = objective.gradients(&batch, step)?;
if !loss.is_finite() {
    return Err(TrainError::Diverged { step, loss });
}
let rate = self.schedule.factor(step);
let report = self.optimizer.step(&gradients, rate).map_err(|source| TrainError::Optim { step, source })?;
objective.after_step()?;
let loss = number(&objective.loss(&batch, step)?)?;
self.step += 1;
let seconds = started.elapsed().as_secs_f64();
Ok(StepRecord { step, loss, gradient_norm: report.gradient_norm, rate, seconds })
