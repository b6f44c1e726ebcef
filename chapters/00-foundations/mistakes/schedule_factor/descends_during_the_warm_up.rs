// caught by: schedule::warm_up_is_a_straight_line_to_one
// book: Foundations: learning-rate schedules
//
// You count the descent from step 0. While the learning rate is warming up it is already falling, so that it never
// reaches its peak. The descent begins where the warm-up ends.

match *self {
    Self::Constant => 1.0,
    Self::Cosine { warmup, total, final_fraction } => {
        let progress = fraction(step, total);
        let cosine = (1.0 + (std::f64::consts::PI * progress).cos()) / 2.0;
        warmup_factor(step, warmup) * (final_fraction + (1.0 - final_fraction) * cosine)
    }
    Self::ReciprocalSqrt { warmup, timescale, cooldown, total } => {
        let decay = 1.0 / (1.0 + step as f64 / timescale.max(1) as f64).sqrt();
        let left = if cooldown == 0 { 1.0 } else { fraction(total.saturating_sub(step), cooldown) };
        warmup_factor(step, warmup) * decay * left
    }
}
