//! From a picture and a prompt to text: run the prefix once, then write token by token with the cache.

use candle_core::{D, DType, Device, Tensor};
use rand::Rng;

use crate::decoder::Decoder;
use crate::kv_cache::KvCache;
use crate::mask::{MaskError, next_token_mask, prefix_lm_mask};
use crate::sampling::{Sampling, SamplingError, choose, log_probability};

/// When to stop and how to choose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GenerationOptions {
    /// The token that ends an answer (`<eos>`); it is not part of the answer.
    pub stop: u32,
    /// At most this many tokens per answer.
    pub max_tokens: usize,
    /// How each token is chosen.
    pub sampling: Sampling,
}

/// One answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Generated {
    /// The tokens, without the stop token.
    pub tokens: Vec<u32>,
    /// The sum of the chosen tokens' log-probabilities under the model (the stop token's included, if it was reached):
    /// how sure the model is of this answer.
    pub log_probability: f64,
    /// Whether the model ended the answer itself; false when `max_tokens` cut it off.
    pub finished: bool,
}

/// Why nothing could be generated.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The prefixes do not fit their lengths, or one is empty.
    #[error("the prefixes cannot be read: {0}")]
    Prefix(#[from] MaskError),
    /// A sampling control is out of range, or the logits are broken.
    #[error(transparent)]
    Sampling(#[from] SamplingError),
    /// A tensor operation failed.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}

/// Writes one answer per prefix. The prefixes may have different lengths: pad them on the right; padding is never looked
/// at, and each answer continues at its own position. Build the decoder from
/// [`Params::detached_builder`](foundations::Params::detached_builder), so that no graph is recorded.
///
/// `on_token(row, token)` is called for every token of an answer as it is written. With a random [`Sampling`], the rows
/// draw from `rng` in turn.
///
/// # Shapes
/// `prefix`: `[b, t, hidden]`, image tokens and embedded prompt; one length per row, without padding → `b` answers.
/// # Errors
/// When a prefix is empty or longer than `t`, a sampling control is out of range, or the model's logits are not numbers.
pub fn generate(
    decoder: &Decoder,
    prefix: &Tensor,
    prefix_lengths: &[usize],
    options: &GenerationOptions,
    rng: &mut impl Rng,
    mut on_token: impl FnMut(usize, u32),
) -> Result<Vec<Generated>, GenerateError> {
    // ANCHOR: generate
    let width = prefix.dim(1)?;
    let mut cache = decoder.empty_cache();
    let mut logits = read_prefix(decoder, prefix, prefix_lengths, &mut cache)?; // [b, vocab]
    let mut answers = vec![Generated::default(); prefix_lengths.len()];
    for step in 0..options.max_tokens {
        let written = write_tokens(&logits, &mut answers, options, rng, &mut on_token)?; // [b]
        if step + 1 == options.max_tokens || answers.iter().all(|answer| answer.finished) {
            break;
        }
        let positions = prefix_lengths.iter().map(|&length| (length + step) as u32).collect();
        let allowed = next_token_mask(prefix_lengths, width, step + 1, prefix.device())?; // [b, 1, t_k]
        logits = read_token(decoder, written, positions, &allowed, &mut cache)?; // [b, vocab]
    }
    Ok(answers)
    // ANCHOR_END: generate
}

/// Fills the cache with the prefixes and returns the logits at each prefix's last token.
fn read_prefix(
    decoder: &Decoder,
    prefix: &Tensor,
    prefix_lengths: &[usize],
    cache: &mut KvCache,
) -> Result<Tensor, GenerateError> {
    // ANCHOR: read_prefix
    let (rows, width, features) = prefix.dims3()?;
    if rows != prefix_lengths.len() {
        return Err(MaskError::RowCount { prefixes: prefix_lengths.len(), rows }.into());
    }
    let device = prefix.device();
    let allowed = prefix_lm_mask(prefix_lengths, prefix_lengths, width, device)?; // [b, t, t]
    let positions = Tensor::arange(0u32, width as u32, device)?; // [t]
    let hidden = decoder.forward(&prefix.detach(), &positions, &allowed, Some(cache))?; // [b, t, hidden]
    let last: Vec<u32> = (0..).zip(prefix_lengths).map(|(row, length)| (row * width + length - 1) as u32).collect();
    let last = Tensor::from_vec(last, rows, device)?; // [b]
    let hidden = hidden.reshape(((), features))?.index_select(&last, 0)?; // [b, hidden]
    Ok(decoder.logits(&hidden)?)
    // ANCHOR_END: read_prefix
}

/// Chooses the next token of every unfinished answer and adds it. Finished rows keep writing the stop token, unheard,
/// so that the batch stays rectangular.
fn write_tokens(
    logits: &Tensor,
    answers: &mut [Generated],
    options: &GenerationOptions,
    rng: &mut impl Rng,
    on_token: &mut impl FnMut(usize, u32),
) -> Result<Vec<u32>, GenerateError> {
    // ANCHOR: write_tokens
    let logits = logits.to_dtype(DType::F32)?.to_device(&Device::Cpu)?.to_vec2::<f32>()?;
    let mut written = vec![options.stop; answers.len()];
    for (row, answer) in answers.iter_mut().enumerate().filter(|(_, answer)| !answer.finished) {
        let token = choose(&logits[row], &options.sampling, rng)?;
        answer.log_probability += log_probability(&logits[row], token);
        answer.finished = token == options.stop;
        if !answer.finished {
            answer.tokens.push(token);
            on_token(row, token);
        }
        written[row] = token;
    }
    Ok(written)
    // ANCHOR_END: write_tokens
}

/// Runs one new token per row through the decoder.
fn read_token(
    decoder: &Decoder,
    tokens: Vec<u32>,
    positions: Vec<u32>,
    allowed: &Tensor,
    cache: &mut KvCache,
) -> Result<Tensor, GenerateError> {
    // ANCHOR: read_token
    let rows = tokens.len();
    let tokens = Tensor::from_vec(tokens, (rows, 1), allowed.device())?; // [b, 1]
    let positions = Tensor::from_vec(positions, (rows, 1), allowed.device())?; // [b, 1]
    let hidden = decoder.forward(&decoder.embed(&tokens)?, &positions, allowed, Some(cache))?; // [b, 1, hidden]
    Ok(decoder.logits(&hidden.squeeze(D::Minus2)?)?) // [b, vocab]
    // ANCHOR_END: read_token
}
