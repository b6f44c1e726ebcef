// caught by: schedule::reciprocal_square_root_halves_after_three_timescales
// book: Foundations: learning-rate schedules
//
// You hold the decay where the cool-down begins, and fall from there in a straight line. The cool-down is one more
// factor: while it falls linearly to zero, 1/√(1 + …) goes on falling beside it, and the two are multiplied.

match *self {
    Self::Constant => 1.0,
    Self::Cosine { warmup, total, final_fraction } => {
        let progress = fraction(step.saturating_sub(warmup), total.saturating_sub(warmup));
        let cosine = (1.0 + (std::f64::consts::PI * progress).cos()) / 2.0;
        warmup_factor(step, warmup) * (final_fraction + (1.0 - final_fraction) * cosine)
    }
    Self::ReciprocalSqrt { warmup, timescale, cooldown, total } => {
        let reached = if cooldown == 0 { step } else { step.min(total.saturating_sub(cooldown)) };
        let decay = 1.0 / (1.0 + reached.saturating_sub(warmup) as f64 / timescale.max(1) as f64).sqrt();
        let left = if cooldown == 0 { 1.0 } else { fraction(total.saturating_sub(step), cooldown) };
        warmup_factor(step, warmup) * decay * left
    }
}
