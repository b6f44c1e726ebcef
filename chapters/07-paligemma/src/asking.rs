//! One picture, one prompt, one answer, and how long each part of it took.

use std::fmt;
use std::io;
use std::time::{Duration, Instant};

use autoregressive_training::tokenise_example;
use candle_core::Tensor;
use foundations::random::generator;
use gemma_masking::{GenerationOptions, Sampling, generate};
use image::RgbImage;
use published_weights::pixel_values;
use siglip_training::TokenizerError;
use vit_patching::Normalisation;

use crate::answer_stream::AnswerStream;
use crate::error::{Result, VlmError};
use crate::load::Speaker;

/// How a model is to answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Manner {
    /// At most this many tokens.
    pub max_tokens: usize,
    /// How each token is chosen.
    pub sampling: Sampling,
    /// Where chance comes from, if `sampling` leaves something to it.
    pub seed: u64,
}

impl Manner {
    /// The most probable token each time: the same answer for ever.
    pub fn greedy(max_tokens: usize) -> Self {
        Self { max_tokens, sampling: Sampling::Greedy, seed: 0 }
    }
}

/// What a model said.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its words.
    pub text: String,
    /// Whether it ended by itself, and was not cut off.
    pub finished: bool,
    /// How fast.
    pub pace: Pace,
}

/// How fast an answer came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Tokens of picture and prompt, which are read all at once.
    pub read: usize,
    /// From the picture to the first token.
    pub reading: Duration,
    /// Tokens after the first, the one that ends the answer included: they come one by one.
    pub written: usize,
    /// From the first token to the last.
    pub writing: Duration,
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = |tokens: usize, time: Duration| tokens as f64 / time.as_secs_f64().max(f64::MIN_POSITIVE);
        write!(
            f,
            "read {} tokens in {:.2} s ({:.0}/s)",
            self.read,
            self.reading.as_secs_f64(),
            rate(self.read, self.reading)
        )?;
        if self.written > 0 {
            let (time, rate) = (self.writing.as_secs_f64(), rate(self.written, self.writing));
            write!(f, ", wrote {} more after the first in {time:.2} s ({rate:.1}/s)", self.written)?;
        }
        Ok(())
    }
}

impl Speaker {
    /// One picture as the model wants it. Models that see colours as published ones do get their pictures as those did, to
    /// the rounding; the course's own are squashed as they were in training.
    ///
    /// # Shapes
    /// → `[1, 3, side, side]`.
    /// # Errors
    /// When the device fails.
    pub fn pixels(&self, picture: &RgbImage) -> Result<Tensor> {
        let config = self.model.config();
        Ok(match config.normalisation {
            Normalisation::Fixed { mean, std } => {
                let pixels = pixel_values(picture, config.vision_config.image_size, mean, std)?; // [3, side, side]
                pixels.unsqueeze(0)?.to_device(self.model.device())?
            }
            Normalisation::OwnMean => self.model.preprocess(std::slice::from_ref(picture))?,
        })
    }

    /// Asks. `hear` is given the answer piece by piece, as soon as a piece is certain; together they are the answer.
    ///
    /// # Errors
    /// When the prompt cannot be tokenised, the device fails, or `hear` does.
    pub fn ask(
        &self,
        picture: &RgbImage,
        prompt: &str,
        manner: &Manner,
        mut hear: impl FnMut(&str) -> io::Result<()>,
    ) -> Result<Answer> {
        let Self { model, tokenizer } = self;
        let started = Instant::now();
        let row = tokenise_example(tokenizer, model.image_tokens(), prompt, None)?;
        let ids = Tensor::new(row.ids.as_slice(), model.device())?.unsqueeze(0)?; // [1, t]
        let features = model.image_features(&self.pixels(picture)?)?; // [1, n, d]
        let prefix = model.embed(&ids, &features)?; // [1, t, d]
        let Manner { max_tokens, sampling, seed } = *manner;
        let options = GenerationOptions { stop: tokenizer.special().eos, max_tokens, sampling };
        let rng = &mut generator(seed, "answer");
        let (mut first, mut stream, mut heard) = (None, AnswerStream::new(tokenizer), Ok(()));
        let on_token = |_, token| {
            first.get_or_insert_with(Instant::now);
            if heard.is_ok() {
                heard = tell(stream.push(token), &mut hear);
            }
        };
        let answers = generate(model.decoder(), &prefix, &[row.ids.len()], &options, rng, on_token)
            .map_err(candle_core::Error::wrap)?;
        let ended = Instant::now();
        heard?;
        tell(stream.finish(), &mut hear)?;
        let first = first.unwrap_or(ended); // the model may end its answer at once
        let answer = answers.into_iter().next().unwrap_or_default();
        let tokens = answer.tokens.len() + usize::from(answer.finished);
        let pace = Pace {
            read: row.ids.len(),
            reading: first - started,
            written: tokens.saturating_sub(1),
            writing: ended - first,
        };
        Ok(Answer { text: tokenizer.decode(&answer.tokens)?, finished: answer.finished, pace })
    }
}

/// Hands on a piece of an answer, if there is something in it.
fn tell(piece: Result<String, TokenizerError>, hear: &mut impl FnMut(&str) -> io::Result<()>) -> Result<()> {
    let piece = piece?;
    if piece.is_empty() { Ok(()) } else { hear(&piece).map_err(VlmError::from) }
}
