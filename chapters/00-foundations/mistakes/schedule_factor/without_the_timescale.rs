// caught by: schedule::reciprocal_square_root_halves_after_three_timescales
// book: Foundations: learning-rate schedules
//
// You divide by the root of the number of steps itself: after three steps the learning rate is halved. `timescale`
// says how long it stays near its peak; three of those halve it.

match *self {
    Self::Constant => 1.0,
    Self::Cosine { warmup, total, final_fraction } => {
        let progress = fraction(step.saturating_sub(warmup), total.saturating_sub(warmup));
        let cosine = (1.0 + (std::f64::consts::PI * progress).cos()) / 2.0;
        warmup_factor(step, warmup) * (final_fraction + (1.0 - final_fraction) * cosine)
    }
    Self::ReciprocalSqrt { warmup, timescale: _, cooldown, total } => {
        let decay = 1.0 / (1.0 + step.saturating_sub(warmup) as f64).sqrt();
        let left = if cooldown == 0 { 1.0 } else { fraction(total.saturating_sub(step), cooldown) };
        warmup_factor(step, warmup) * decay * left
    }
}
