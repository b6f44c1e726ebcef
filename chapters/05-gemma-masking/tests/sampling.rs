//! Specification of choosing a token.

use foundations::random::generator;
use gemma_masking::{Sampling, SamplingError, choose, log_probability};
use spec::proptest::prelude::*;

/// Random sampling with nothing cut.
const PLAIN: Sampling = sample(1.0, None, None);

const fn sample(temperature: f64, top_k: Option<usize>, top_p: Option<f64>) -> Sampling {
    Sampling::Sample { temperature, top_k, top_p }
}

/// How often each token comes up in `draws` draws with a fixed seed.
fn frequencies(logits: &[f32], sampling: &Sampling, draws: usize) -> Vec<usize> {
    let mut rng = generator(1, "frequencies");
    let mut counts = vec![0; logits.len()];
    for _ in 0..draws {
        counts[choose(logits, sampling, &mut rng).expect("usable logits") as usize] += 1;
    }
    counts
}

/// The logits that give these probabilities.
fn logits_of(probabilities: &[f32]) -> Vec<f32> {
    probabilities.iter().map(|p| p.ln()).collect()
}

fn argmax(logits: &[f32]) -> u32 {
    let best = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    logits.iter().position(|&logit| logit == best).expect("there is a largest logit") as u32
}

proptest! {
    #![proptest_config(spec::cases(64))]

    /// Greedy decoding takes the largest logit.
    #[test]
    fn greedy_takes_the_most_probable(logits in prop::collection::vec(-9f32..9.0, 1..20), seed in 0u64..99) {
        let token = choose(&logits, &Sampling::Greedy, &mut generator(seed, "test"))?;
        prop_assert_eq!(token, argmax(&logits), "greedy is argmax of {:?}", logits);
    }

    /// With one candidate there is nothing to draw.
    #[test]
    fn the_best_of_one_is_greedy(logits in prop::collection::vec(-9f32..9.0, 1..20), seed in 0u64..99) {
        let token = choose(&logits, &sample(1.0, Some(1), None), &mut generator(seed, "test"))?;
        prop_assert_eq!(token, argmax(&logits), "top-k = 1 is greedy for {:?}", logits);
    }

    /// A tiny share is covered by the first token alone.
    #[test]
    fn a_tiny_nucleus_is_greedy(logits in prop::collection::vec(-9f32..9.0, 1..20), seed in 0u64..99) {
        let token = choose(&logits, &sample(1.0, None, Some(1e-6)), &mut generator(seed, "test"))?;
        prop_assert_eq!(token, argmax(&logits), "top-p near 0 is greedy for {:?}", logits);
    }

    /// As the temperature falls to zero, sampling becomes greedy.
    #[test]
    fn cold_sampling_is_greedy(mut logits in prop::collection::vec(-9f32..9.0, 1..20), seed in 0u64..99) {
        logits.sort_by(f32::total_cmp);
        let gap = logits.windows(2).last().map_or(1.0, |pair| pair[1] - pair[0]);
        prop_assume!(gap > 1e-3); // two equal logits stay equal at any temperature
        let token = choose(&logits, &sample(1e-5, None, None), &mut generator(seed, "test"))?;
        prop_assert_eq!(token, argmax(&logits), "a temperature near 0 is greedy for {:?}", logits);
    }

    /// Only the k most probable tokens ever come up.
    #[test]
    fn top_k_limits_the_candidates(logits in prop::collection::vec(-2f32..2.0, 6..12), k in 1usize..6, seed in 0u64..99) {
        let token = choose(&logits, &sample(2.0, Some(k), None), &mut generator(seed, "test"))? as usize;
        let better = logits.iter().filter(|&&logit| logit > logits[token]).count();
        prop_assert!(better < k, "token {} is not among the {} best of {:?}", token, k, logits);
    }

    /// Only as many tokens as are needed for a share of p ever come up.
    #[test]
    fn top_p_limits_the_candidates(logits in prop::collection::vec(-2f32..2.0, 6..12), p in 0.05f64..0.95, seed in 0u64..99) {
        let token = choose(&logits, &sample(1.0, None, Some(p)), &mut generator(seed, "test"))?;
        let chosen = logits[token as usize];
        let before: f64 = (0..).zip(&logits).filter(|(_, logit)| **logit > chosen).map(|(t, _)| log_probability(&logits, t).exp()).sum();
        prop_assert!(before < p + 1e-9, "the tokens before token {} already cover {} >= {}", token, before, p);
    }

    /// The same generator state gives the same token.
    #[test]
    fn a_seed_fixes_the_draw(logits in prop::collection::vec(-2f32..2.0, 1..12), seed in 0u64..99) {
        let draw = || choose(&logits, &PLAIN, &mut generator(seed, "test"));
        prop_assert_eq!(draw()?, draw()?, "the same seed draws the same token");
    }

    /// Probabilities of all tokens sum to one, and adding a constant to every logit changes none of them.
    #[test]
    fn log_probabilities_are_those_of_a_softmax(logits in prop::collection::vec(-9f32..9.0, 1..12), shift in -50f32..50.0) {
        let total: f64 = (0..logits.len() as u32).map(|token| log_probability(&logits, token).exp()).sum();
        prop_assert!((total - 1.0).abs() < 1e-9, "probabilities sum to {}", total);
        let shifted: Vec<f32> = logits.iter().map(|logit| logit + shift).collect();
        let difference = (log_probability(&shifted, 0) - log_probability(&logits, 0)).abs();
        prop_assert!(difference < 1e-4, "softmax does not see a shift, but the log-probability moved by {}", difference);
    }
}

/// 20,000 draws against the probabilities they should have. Pearson's statistic has four degrees of freedom and exceeds
/// 18.5 once in a thousand times by chance; the seed is fixed.
#[test]
fn frequencies_follow_the_probabilities() {
    let probabilities = [0.4f32, 0.3, 0.15, 0.1, 0.05];
    let draws = 20_000;
    let counts = frequencies(&logits_of(&probabilities), &PLAIN, draws);
    let statistic: f64 = counts
        .iter()
        .zip(&probabilities)
        .map(|(&count, &p)| (count as f64 - f64::from(p) * draws as f64).powi(2) / (f64::from(p) * draws as f64))
        .sum();
    assert!(statistic < 18.5, "counts {counts:?} do not follow {probabilities:?} (statistic {statistic:.1})");
}

/// Temperature ½ squares the odds: 4 : 1 becomes 16 : 1. In 17,000 draws about 1,000 ± 31 are the rarer token.
#[test]
fn temperature_divides_the_logits() {
    let counts = frequencies(&logits_of(&[0.8, 0.2]), &sample(0.5, None, None), 17_000);
    assert!((850..1150).contains(&counts[1]), "odds of 16 : 1 expected, got {counts:?}");
}

/// With 0.5, 0.3, 0.2: a share of 0.5 needs one token, 0.51 needs two, 0.81 needs all.
#[test]
fn a_nucleus_is_the_smallest_set_that_covers_its_share() {
    let logits = logits_of(&[0.3, 0.5, 0.2]);
    let support = |p| {
        let counts = frequencies(&logits, &sample(1.0, None, Some(p)), 500);
        counts.into_iter().map(|count| count > 0).collect::<Vec<_>>()
    };
    assert_eq!(support(0.49), [false, true, false], "0.49 is covered by the most probable token");
    assert_eq!(support(0.51), [true, true, false], "0.51 needs two tokens");
    assert_eq!(support(0.81), [true, true, true], "0.81 needs all three");
    let counts = frequencies(&[0.0, 0.0], &sample(1.0, None, Some(0.5)), 100);
    assert_eq!(counts, [100, 0], "half is covered by one of two equal tokens, to the last bit");
}

/// Of 0.4, 0.3, 0.3 the best two remain with shares 4/7 and 3/7; top-p counts these: 0.56 is covered by one token.
#[test]
fn top_k_comes_before_top_p() {
    let counts = frequencies(&logits_of(&[0.4, 0.35, 0.25]), &sample(1.0, Some(2), Some(0.53)), 500);
    assert_eq!(counts, [500, 0, 0], "after top-k = 2 the first token's share is 0.4/0.75 = 0.533, which covers 0.53");
}

/// The first of equals, always.
#[test]
fn greedy_breaks_ties_by_number() {
    let token = choose(&[1.0, 3.0, 3.0], &Sampling::Greedy, &mut generator(1, "test"));
    assert_eq!(token, Ok(1), "of equal logits the lowest token number wins");
}

/// Logits of ±10,000 do not overflow, and −∞ forbids a token.
#[test]
fn extreme_logits_are_handled() {
    let counts = frequencies(&[1e4, -1e4, f32::NEG_INFINITY], &PLAIN, 200);
    assert_eq!(counts, [200, 0, 0], "a lead of 20,000 is certainty, and −∞ is never drawn");
    assert_eq!(log_probability(&[1e4, -1e4], 0), 0.0, "certainty has log-probability 0");
    assert_eq!(log_probability(&[0.0, 0.0], 7), f64::NEG_INFINITY, "a token outside the vocabulary is impossible");
}

/// Broken logits are an error that says so, not a token.
#[test]
fn broken_logits_are_refused() {
    for logits in [vec![], vec![0.0, f32::NAN], vec![f32::NAN, 0.0], vec![f32::INFINITY], vec![f32::NEG_INFINITY; 2]] {
        for sampling in [Sampling::Greedy, PLAIN] {
            let chosen = choose(&logits, &sampling, &mut generator(1, "test"));
            assert_eq!(chosen, Err(SamplingError::Logits), "no token can be chosen from {logits:?}");
        }
    }
}

/// Controls out of range are named.
#[test]
fn controls_out_of_range_are_refused() {
    let refusal = |sampling: Sampling| choose(&[0.0, 1.0], &sampling, &mut generator(1, "test"));
    for temperature in [0.0, -1.0, f64::INFINITY] {
        let expected = Err(SamplingError::Temperature(temperature));
        assert_eq!(refusal(sample(temperature, None, None)), expected, "temperature {temperature}");
    }
    assert_eq!(refusal(sample(1.0, Some(0), None)), Err(SamplingError::TopK), "top-k 0 leaves nothing");
    for share in [0.0, -0.1, 1.1] {
        assert_eq!(refusal(sample(1.0, None, Some(share))), Err(SamplingError::TopP(share)), "top-p {share}");
    }
}
