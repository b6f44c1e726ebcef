// caught by: schedule::warm_up_is_a_straight_line_to_one
// book: Foundations: learning-rate schedules
//
// Your warm-up begins at exactly zero, so that the first step moves nothing and a batch is wasted. `warmup_factor`
// starts one notch above.

match *self {
    Self::Constant => 1.0,
    Self::Cosine { warmup, total, final_fraction } => {
        let progress = fraction(step.saturating_sub(warmup), total.saturating_sub(warmup));
        let cosine = (1.0 + (std::f64::consts::PI * progress).cos()) / 2.0;
        fraction(step, warmup) * (final_fraction + (1.0 - final_fraction) * cosine)
    }
    Self::ReciprocalSqrt { warmup, timescale, cooldown, total } => {
        let decay = 1.0 / (1.0 + step.saturating_sub(warmup) as f64 / timescale.max(1) as f64).sqrt();
        let left = if cooldown == 0 { 1.0 } else { fraction(total.saturating_sub(step), cooldown) };
        fraction(step, warmup) * decay * left
    }
}
