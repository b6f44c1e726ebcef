// caught by: schedule::reciprocal_square_root_halves_after_three_timescales
// book: Foundations: learning-rate schedules
//
// You divide by `timescale` as it is. With a timescale of 0 that is 0/0 up to the end of the warm-up, and a factor
// that is not a number makes every parameter one. Count a timescale of 0 as 1.

match *self {
    Self::Constant => 1.0,
    Self::Cosine { warmup, total, final_fraction } => {
        let progress = fraction(step.saturating_sub(warmup), total.saturating_sub(warmup));
        let cosine = (1.0 + (std::f64::consts::PI * progress).cos()) / 2.0;
        warmup_factor(step, warmup) * (final_fraction + (1.0 - final_fraction) * cosine)
    }
    Self::ReciprocalSqrt { warmup, timescale, cooldown, total } => {
        let decay = 1.0 / (1.0 + step.saturating_sub(warmup) as f64 / timescale as f64).sqrt();
        let left = if cooldown == 0 { 1.0 } else { fraction(total.saturating_sub(step), cooldown) };
        warmup_factor(step, warmup) * decay * left
    }
}
