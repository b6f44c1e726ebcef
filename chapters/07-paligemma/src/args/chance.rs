//! How much of an answer is left to chance.

use clap::Args;
use gemma_masking::Sampling;

use crate::error::{Result, VlmError};

/// The seed that is taken when none is named.
const SEED: u64 = 1;

/// How tokens are drawn. Without any of it each token is the most probable one.
#[derive(Debug, Clone, Copy, PartialEq, Args)]
#[command(next_help_heading = "Chance (without these, each token is the most probable one)")]
pub struct Chance {
    /// Draw tokens: below 1 likely ones more often than the model says, above 1 less often [default, if one of these is given: 1]
    #[arg(long, value_name = "T", value_parser = temperature, allow_negative_numbers = true)]
    pub temperature: Option<f64>,
    /// Draw from the K most probable tokens
    #[arg(long, value_name = "K", value_parser = top_k, allow_negative_numbers = true)]
    pub top_k: Option<usize>,
    /// Draw from the fewest tokens that together have probability P
    #[arg(long, value_name = "P", value_parser = top_p, allow_negative_numbers = true)]
    pub top_p: Option<f64>,
    /// The same number gives the same answer again [default: 1]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

impl Chance {
    /// How tokens are chosen, and from which seed.
    ///
    /// # Errors
    /// When there is a seed and nothing to draw with it.
    pub fn sampling(&self) -> Result<(Sampling, u64)> {
        let Self { temperature, top_k, top_p, seed } = *self;
        if temperature.is_none() && top_k.is_none() && top_p.is_none() {
            return match seed {
                None => Ok((Sampling::Greedy, SEED)),
                Some(_) => Err(VlmError::Combination(
                    "--seed changes nothing where nothing is drawn: give --temperature, --top-k or --top-p, too".into(),
                )),
            };
        }
        Ok((Sampling::Sample { temperature: temperature.unwrap_or(1.0), top_k, top_p }, seed.unwrap_or(SEED)))
    }
}

/// A number, as [`Sampling::validate`] wants it.
fn checked<T: std::str::FromStr<Err: ToString> + Copy>(
    text: &str,
    sampling: impl Fn(T) -> Sampling,
) -> Result<T, String> {
    let value = text.parse().map_err(|error: T::Err| error.to_string())?;
    sampling(value).validate().map_err(|error| error.to_string())?;
    Ok(value)
}

fn temperature(text: &str) -> Result<f64, String> {
    checked(text, |temperature| Sampling::Sample { temperature, top_k: None, top_p: None })
}

fn top_k(text: &str) -> Result<usize, String> {
    checked(text, |top_k| Sampling::Sample { temperature: 1.0, top_k: Some(top_k), top_p: None })
}

fn top_p(text: &str) -> Result<f64, String> {
    checked(text, |top_p| Sampling::Sample { temperature: 1.0, top_k: None, top_p: Some(top_p) })
}
