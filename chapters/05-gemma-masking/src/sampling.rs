//! From logits to a token.
//!
//! *Greedy* takes the most probable token: right for answers with one correct form. *Sampling* draws from the
//! distribution, which gives variety and, now and then, nonsense from its long tail. Three controls cut the tail:
//!
//! * **temperature** divides the logits: below one sharpens (towards 0 it becomes greedy), above one flattens;
//! * **top-k** keeps the `k` most probable tokens;
//! * **top-p** (nucleus) keeps the smallest set of tokens that together have probability `p`: many tokens where the
//!   model is unsure, one where it is certain.

use rand::Rng;

/// How the next token is chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sampling {
    /// The most probable token; the first of them if several are equal.
    Greedy,
    /// A random token, from a distribution that may be sharpened and cut.
    Sample {
        /// Divides the logits; above 0.
        temperature: f64,
        /// Keep this many of the most probable tokens.
        top_k: Option<usize>,
        /// Of those, keep the smallest set with at least this share of the probability; in (0, 1].
        top_p: Option<f64>,
    },
}

/// Why no token could be chosen.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SamplingError {
    /// The temperature is zero, negative or not a number.
    #[error("temperature is {0}; give a number above 0, or use greedy decoding")]
    Temperature(f64),
    /// No token would be left.
    #[error("top-k is 0, which leaves no token; give at least 1")]
    TopK,
    /// Not a share.
    #[error("top-p is {0}; give a share above 0 and at most 1")]
    TopP(f64),
    /// There is nothing to choose from, or a number is broken.
    #[error(
        "the model gave no usable logits (none, not a number, or infinite); its weights are broken: load another checkpoint"
    )]
    Logits,
}

impl Sampling {
    /// Checks the controls.
    ///
    /// # Errors
    /// When one of them is out of range.
    pub fn validate(&self) -> Result<(), SamplingError> {
        let Self::Sample { temperature, top_k, top_p } = *self else { return Ok(()) };
        if !(temperature.is_finite() && temperature > 0.0) {
            return Err(SamplingError::Temperature(temperature));
        }
        if top_k == Some(0) {
            return Err(SamplingError::TopK);
        }
        match top_p {
            Some(p) if !(p > 0.0 && p <= 1.0) => Err(SamplingError::TopP(p)),
            _ => Ok(()),
        }
    }
}

/// Chooses one token.
///
/// # Shapes
/// `logits`: one per token of the vocabulary → the token's number. A logit of −∞ forbids its token.
/// # Errors
/// When a control is out of range, or the logits are empty, NaN, +∞ or all −∞.
pub fn choose(logits: &[f32], sampling: &Sampling, rng: &mut impl Rng) -> Result<u32, SamplingError> {
    // ANCHOR: choose
    sampling.validate()?;
    let best = most_probable(logits)?;
    match *sampling {
        Sampling::Greedy => Ok(best),
        Sampling::Sample { temperature, top_k, top_p } => {
            let mut candidates = ranked(logits, logits[best as usize], temperature);
            candidates.truncate(top_k.unwrap_or(usize::MAX));
            keep_nucleus(&mut candidates, top_p.unwrap_or(1.0));
            Ok(draw(&candidates, rng))
        }
    }
    // ANCHOR_END: choose
}

/// The natural logarithm of the probability that the model itself (temperature 1, nothing cut) gives to `token`.
///
/// # Shapes
/// `logits`: one per token of the vocabulary → a number not above 0; −∞ for a token outside the vocabulary.
pub fn log_probability(logits: &[f32], token: u32) -> f64 {
    // ANCHOR: log_probability
    let top = logits.iter().fold(f64::NEG_INFINITY, |top, &logit| top.max(f64::from(logit)));
    let total: f64 = logits.iter().map(|&logit| (f64::from(logit) - top).exp()).sum();
    logits.get(token as usize).map_or(f64::NEG_INFINITY, |&logit| f64::from(logit) - top - total.ln())
    // ANCHOR_END: log_probability
}

/// The number of the largest logit.
fn most_probable(logits: &[f32]) -> Result<u32, SamplingError> {
    // ANCHOR: most_probable
    let mut best = 0;
    for (token, &logit) in logits.iter().enumerate() {
        if logit.is_nan() || logit == f32::INFINITY {
            return Err(SamplingError::Logits);
        }
        if logit > logits[best] {
            best = token;
        }
    }
    match logits.get(best) {
        Some(logit) if logit.is_finite() => Ok(best as u32),
        _ => Err(SamplingError::Logits),
    }
    // ANCHOR_END: most_probable
}

/// Tokens with their weights `exp((logit − top) / temperature)`, the most probable first and equal ones by number.
fn ranked(logits: &[f32], top: f32, temperature: f64) -> Vec<(u32, f64)> {
    // ANCHOR: ranked
    let mut candidates: Vec<(u32, f64)> =
        (0..).zip(logits).map(|(token, &logit)| (token, (f64::from(logit - top) / temperature).exp())).collect();
    candidates.sort_by(|a, b| b.1.total_cmp(&a.1)); // stable: ties stay in the order of their numbers
    candidates
    // ANCHOR_END: ranked
}

/// Cuts the ranked candidates to the smallest beginning that holds a share `p` of their weight.
fn keep_nucleus(candidates: &mut Vec<(u32, f64)>, p: f64) {
    // ANCHOR: keep_nucleus
    let total: f64 = candidates.iter().map(|(_, weight)| weight).sum();
    let mut covered = 0.0;
    let needed = candidates.iter().take_while(|(_, weight)| {
        let still_short = covered < p * total;
        covered += weight;
        still_short
    });
    let count = needed.count();
    candidates.truncate(count);
    // ANCHOR_END: keep_nucleus
}

/// Draws a token with probability proportional to its weight. The first candidate always has weight 1.
fn draw(candidates: &[(u32, f64)], rng: &mut impl Rng) -> u32 {
    // ANCHOR: draw
    let total: f64 = candidates.iter().map(|(_, weight)| weight).sum();
    let mut left = rng.random::<f64>() * total;
    for &(token, weight) in candidates {
        left -= weight;
        if left < 0.0 {
            return token;
        }
    }
    candidates[0].0 // rounding can leave a hair's breadth beyond the last candidate
    // ANCHOR_END: draw
}
