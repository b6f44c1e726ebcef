// caught by: schedule::cosine_is_halfway_in_the_middle
// book: Foundations: learning-rate schedules
//
// You let the cosine fall to zero and cut it off at `final_fraction`. The curve then has a kink, and stands still
// for the rest of the run. It has to be stretched: from 1 to `final_fraction` in one sweep.

match *self {
    Self::Constant => 1.0,
    Self::Cosine { warmup, total, final_fraction } => {
        let progress = fraction(step.saturating_sub(warmup), total.saturating_sub(warmup));
        let cosine = (1.0 + (std::f64::consts::PI * progress).cos()) / 2.0;
        warmup_factor(step, warmup) * cosine.max(final_fraction)
    }
    Self::ReciprocalSqrt { warmup, timescale, cooldown, total } => {
        let decay = 1.0 / (1.0 + step.saturating_sub(warmup) as f64 / timescale.max(1) as f64).sqrt();
        let left = if cooldown == 0 { 1.0 } else { fraction(total.saturating_sub(step), cooldown) };
        warmup_factor(step, warmup) * decay * left
    }
}
