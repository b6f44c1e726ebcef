// caught by: schedule::cosine_is_halfway_in_the_middle
// book: Foundations: learning-rate schedules
//
// You run through a whole period of the cosine: down in the first half of the run, and up again in the second. It is
// half a period, π and not 2π.

match *self {
    Self::Constant => 1.0,
    Self::Cosine { warmup, total, final_fraction } => {
        let progress = fraction(step.saturating_sub(warmup), total.saturating_sub(warmup));
        let cosine = (1.0 + (2.0 * std::f64::consts::PI * progress).cos()) / 2.0;
        warmup_factor(step, warmup) * (final_fraction + (1.0 - final_fraction) * cosine)
    }
    Self::ReciprocalSqrt { warmup, timescale, cooldown, total } => {
        let decay = 1.0 / (1.0 + step.saturating_sub(warmup) as f64 / timescale.max(1) as f64).sqrt();
        let left = if cooldown == 0 { 1.0 } else { fraction(total.saturating_sub(step), cooldown) };
        warmup_factor(step, warmup) * decay * left
    }
}
