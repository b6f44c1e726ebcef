//! The loss as it is shown, on the terminal and in the report: an average that forgets.

/// How much it remembers of the steps before.
const MEMORY: f64 = 0.95;

/// An exponential average. It starts as a plain average, or the first step would count too much.
#[derive(Debug, Default)]
pub struct SmoothLoss {
    weighted: f64,
    weight: f64,
}

impl SmoothLoss {
    /// Takes note of a loss and returns the average up to it.
    pub fn observe(&mut self, loss: f32) -> f64 {
        // ANCHOR: smooth_loss
        self.weighted = MEMORY * self.weighted + (1.0 - MEMORY) * f64::from(loss);
        self.weight = MEMORY * self.weight + (1.0 - MEMORY);
        self.weighted / self.weight
        // ANCHOR_END: smooth_loss
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_losses_are_their_own_average() {
        let mut smooth = SmoothLoss::default();
        for _ in 0..100 {
            assert!((smooth.observe(2.5) - 2.5).abs() < 1e-12);
        }
    }

    #[test]
    fn the_first_two_steps_count_nearly_alike() {
        let mut smooth = SmoothLoss::default();
        assert_eq!(smooth.observe(4.0), 4.0);
        let average = smooth.observe(2.0);
        assert!((2.9..3.0).contains(&average), "the newer of two counts a little more: {average}");
    }
}
