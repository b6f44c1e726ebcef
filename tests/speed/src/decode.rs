//! Writing token by token with a model of PaliGemma's size: every weight is read once per token, so the speed is that of
//! the memory, if nothing else gets in the way.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::Result;
use candle_core::{D, DType, Device, Shape, Tensor};
use candle_nn::var_builder::SimpleBackend;
use foundations::ops::fused::operator::with_numbers;
use foundations::{Init, VarBuilder};
use gemma_masking::{Decoder, DecoderConfig, KvCache};
use half::bf16;
use rayon::prelude::*;

use crate::Scale;

/// A decoder with random weights that has read a prefix.
#[derive(Debug)]
pub struct Decoding {
    decoder: Decoder,
    cache: KvCache,
    token: u32,
    weights: Vec<Tensor>,
    /// Seconds that reading the prefix took.
    pub prefill_seconds: f64,
}

/// The decoder's sizes, and tokens in the prefix: a picture at 224 pixels and a short prompt.
pub fn sizes(scale: Scale) -> (DecoderConfig, usize) {
    match scale {
        Scale::Full => (DecoderConfig::GEMMA_2B, 256 + 16),
        Scale::Tiny => {
            let tiny = DecoderConfig { vocab_size: 500, hidden_size: 64, head_dim: 16, ..DecoderConfig::tiny() };
            (DecoderConfig { intermediate_size: 96, ..tiny }, 16)
        }
    }
}

impl Decoding {
    /// Makes the weights, in bf16, and reads a prefix of `context` tokens.
    ///
    /// # Errors
    /// When memory runs out.
    pub fn new(config: &DecoderConfig, context: usize) -> Result<Self> {
        let made = Arc::new(Mutex::new(Vec::new()));
        let backend = RandomWeights { made: Arc::clone(&made) };
        let decoder = Decoder::new(config, VarBuilder::from_backend(Box::new(backend), DType::BF16, Device::Cpu))?;
        let weights = std::mem::take(&mut *made.lock().unwrap_or_else(PoisonError::into_inner));
        let mut decoding = Self { cache: decoder.empty_cache(), decoder, token: 1, weights, prefill_seconds: 0.0 };
        let ids: Vec<u32> = (0..context as u32).map(|index| index % config.vocab_size as u32).collect();
        let start = Instant::now();
        decoding.read(ids)?;
        decoding.prefill_seconds = start.elapsed().as_secs_f64();
        Ok(decoding)
    }

    /// The same with weights of eight bits. The others are given up, so there is nothing left to stream.
    ///
    /// # Errors
    /// When a matrix cannot be rounded.
    pub fn quantised(mut self) -> Result<Self> {
        self.weights.clear();
        self.decoder = self.decoder.quantised()?;
        Ok(self)
    }

    /// Writes one token; returns its number.
    ///
    /// # Errors
    /// When a shape does not fit.
    pub fn step(&mut self) -> Result<f64> {
        self.read(vec![self.token])?;
        Ok(f64::from(self.token))
    }

    /// Reads tokens and decides which one is next.
    fn read(&mut self, ids: Vec<u32>) -> Result<()> {
        let (before, t) = (self.cache.len(), ids.len());
        let ids = Tensor::from_vec(ids, (1, t), &Device::Cpu)?;
        let positions = Tensor::arange(before as u32, (before + t) as u32, &Device::Cpu)?; // [t]
        let allowed = Tensor::ones((1, t, before + t), DType::U8, &Device::Cpu)?; // a prefix sees itself
        let hidden = self.decoder.forward(&self.decoder.embed(&ids)?, &positions, &allowed, Some(&mut self.cache))?;
        let logits = self.decoder.logits(&hidden.narrow(1, t - 1, 1)?)?; // [1, 1, vocabulary]
        self.token = logits.argmax(D::Minus1)?.flatten_all()?.to_vec1::<u32>()?[0];
        Ok(())
    }

    /// Bytes of all weights. Each is read once per token: the embedding table as the output head.
    pub fn weight_bytes(&self) -> usize {
        self.weights.iter().map(|weight| weight.elem_count() * weight.dtype().size_in_bytes()).sum()
    }

    /// Reads all weights and does next to nothing with them: how fast this memory can be read. Returns a number that
    /// depends on all of them, so that no compiler leaves the reading out.
    ///
    /// # Errors
    /// When a weight is not where it should be.
    pub fn stream(&self) -> Result<f64> {
        let sums =
            self.weights.iter().map(|weight| with_numbers::<bf16, _>(weight, |numbers| Ok(sum_of_bits(numbers))));
        Ok(f64::from(sums.collect::<candle_core::Result<Vec<u16>>>()?.into_iter().fold(0, u16::wrapping_add)))
    }
}

/// Numbers that a core reads at a stretch: a megabyte.
const STRETCH: usize = 1 << 19;

fn sum_of_bits(numbers: &[bf16]) -> u16 {
    let sum = |stretch: &[bf16]| stretch.iter().fold(0, |sum: u16, number| sum.wrapping_add(number.to_bits()));
    numbers.par_chunks(STRETCH).map(sum).reduce(|| 0, u16::wrapping_add)
}

/// Hands out random matrices of the size that is asked for, and remembers them.
struct RandomWeights {
    made: Arc<Mutex<Vec<Tensor>>>,
}

impl SimpleBackend for RandomWeights {
    fn get(&self, shape: Shape, name: &str, _: Init, _: DType, device: &Device) -> candle_core::Result<Tensor> {
        // Outputs of size one from inputs of size one, as trained weights have it.
        let size = (3.0 / *shape.dims().last().unwrap_or(&1) as f32).sqrt();
        let salt = name.bytes().fold(0u32, |salt, byte| salt.wrapping_mul(31).wrapping_add(u32::from(byte)));
        let mut numbers = vec![bf16::ZERO; shape.elem_count()];
        numbers.par_chunks_mut(STRETCH).enumerate().for_each(|(stretch, numbers)| {
            let mut state = salt ^ (stretch as u32).wrapping_mul(0x9E37_79B9) | 1;
            for number in numbers {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                *number = bf16::from_f32(size * (state as f32 / (u32::MAX / 2) as f32 - 1.0));
            }
        });
        let tensor = Tensor::from_vec(numbers, shape, device)?;
        self.made.lock().unwrap_or_else(PoisonError::into_inner).push(tensor.clone());
        Ok(tensor)
    }

    fn get_unchecked(&self, name: &str, _: DType, _: &Device) -> candle_core::Result<Tensor> {
        candle_core::bail!("'{name}' was asked for without a shape: random weights need one")
    }

    fn contains_tensor(&self, _: &str) -> bool {
        true
    }
}
