// caught by: schedule::a_run_can_be_prolonged_until_it_cools_down
// book: Foundations: learning-rate schedules
//
// You let the factor fall to zero over the whole run. The cool-down covers the last `cooldown` steps only; before
// it, nothing may depend on `total`, or the run cannot be prolonged.

match *self {
    Self::Constant => 1.0,
    Self::Cosine { warmup, total, final_fraction } => {
        let progress = fraction(step.saturating_sub(warmup), total.saturating_sub(warmup));
        let cosine = (1.0 + (std::f64::consts::PI * progress).cos()) / 2.0;
        warmup_factor(step, warmup) * (final_fraction + (1.0 - final_fraction) * cosine)
    }
    Self::ReciprocalSqrt { warmup, timescale, cooldown, total } => {
        let decay = 1.0 / (1.0 + step.saturating_sub(warmup) as f64 / timescale.max(1) as f64).sqrt();
        let left = if cooldown == 0 { 1.0 } else { fraction(total.saturating_sub(step), total) };
        warmup_factor(step, warmup) * decay * left
    }
}
