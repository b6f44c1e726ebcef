//! The five figures.

use anyhow::Result;
use candle_core::{DType, Device, Tensor, Var};
use contrastive_loss::{chunked_sigmoid_loss, normalise, pair_logits, sigmoid_loss};
use foundations::random::{generator, normal};
use gemma_masking::DecoderConfig;
use siglip_training::preset::{MICRO, PICO};
use siglip_training::{ContrastiveLoss, Size};
use speed::decode::Decoding;
use speed::growth::{Figure, Series};
use speed::measure::{Patience, measure};
use speed::training_step::Graph;
use speed::{Scale, contrastive, generative};

use crate::counting::peak_bytes;

/// One after the other.
pub const ALL: [fn(Scale) -> Result<Figure>; 5] =
    [step_by_tokens, step_by_batch, step_by_width, loss_memory, decode_time];

fn patience(scale: Scale) -> Patience {
    match scale {
        Scale::Full => Patience { warm_up: 2, repetitions: 5, seconds: 2.0 },
        Scale::Tiny => Patience { warm_up: 2, repetitions: 2, seconds: 0.0 },
    }
}

/// The preset that is varied, and pictures in a batch where the batch is not what varies.
fn usual(scale: Scale) -> (Size, usize) {
    match scale {
        Scale::Full => (MICRO, 32),
        Scale::Tiny => (PICO, 8),
    }
}

/// Milliseconds of the two training steps of each size.
fn both_steps(scale: Scale, sizes: &[(f64, Size, usize)]) -> Result<Vec<Series>> {
    let milliseconds = |step: &dyn Fn(&Size, usize) -> Result<f64>| {
        sizes.iter().map(|(at, size, batch)| Ok((*at, 1e3 * step(size, *batch)?))).collect::<Result<Vec<_>>>()
    };
    let siglip = milliseconds(&|size, batch| {
        let mut step = contrastive::step(size, batch, ContrastiveLoss::Sigmoid, Graph::Shards)?;
        Ok(measure(patience(scale), || step.step())?.seconds)
    })?;
    let vlm = milliseconds(&|size, batch| {
        let mut step = generative::step(size, batch, Graph::Shards)?;
        Ok(measure(patience(scale), || step.step())?.seconds)
    })?;
    Ok(vec![
        Series { name: "SigLIP step".to_owned(), points: siglip },
        Series { name: "VLM step".to_owned(), points: vlm },
    ])
}

/// Larger pictures are more patches: everything but attention costs the same for each, attention more and more.
fn step_by_tokens(scale: Scale) -> Result<Figure> {
    let (size, batch) = usual(scale);
    let sides: &[usize] = if scale == Scale::Full { &[32, 64, 96, 128, 192] } else { &[16, 32] };
    let sizes: Vec<_> = sides
        .iter()
        .map(|&side| {
            let size = Size { image_size: side, ..size };
            (size.vision().num_patches() as f64, size, batch)
        })
        .collect();
    Ok(Figure {
        name: "step-by-tokens".to_owned(),
        title: format!("One training step of {batch} pictures against their patches"),
        sizes: "patches per picture".to_owned(),
        costs: "ms".to_owned(),
        series: both_steps(scale, &sizes)?,
    })
}

/// More pictures in a batch.
fn step_by_batch(scale: Scale) -> Result<Figure> {
    let (size, _) = usual(scale);
    let batches: &[usize] = if scale == Scale::Full { &[8, 16, 32, 64, 128] } else { &[4, 8] };
    let sizes: Vec<_> = batches.iter().map(|&batch| (batch as f64, size, batch)).collect();
    Ok(Figure {
        name: "step-by-batch".to_owned(),
        title: format!("One training step of preset {} against its batch", size.name),
        sizes: "pictures in the batch".to_owned(),
        costs: "ms".to_owned(),
        series: both_steps(scale, &sizes)?,
    })
}

/// Wider towers, heads of the same size: the weights grow with the square.
fn step_by_width(scale: Scale) -> Result<Figure> {
    let (size, batch) = usual(scale);
    let d_head = size.hidden_size / size.heads;
    let heads: &[usize] = if scale == Scale::Full { &[2, 4, 8, 12] } else { &[1, 2] };
    let sizes: Vec<_> = heads
        .iter()
        .map(|&heads| ((heads * d_head) as f64, Size { heads, hidden_size: heads * d_head, ..size }, batch))
        .collect();
    Ok(Figure {
        name: "step-by-width".to_owned(),
        title: format!("One training step of {batch} pictures against the width"),
        sizes: "features per token".to_owned(),
        costs: "ms".to_owned(),
        series: both_steps(scale, &sizes)?,
    })
}

/// Captions at a time in the chunked loss, as in the course's recipes.
const LOSS_CHUNK: usize = 32;

/// What the loss and its backward pass hold in memory: all pairs at once, or a chunk of the captions at a time.
fn loss_memory(scale: Scale) -> Result<Figure> {
    let batches: &[usize] = if scale == Scale::Full { &[128, 256, 512, 1024, 2048, 4096] } else { &[64, 128] };
    let series = |name: &str, chunk: Option<usize>| -> Result<Series> {
        let points = batches.iter().map(|&n| Ok((n as f64, peak_of_a_loss(n, chunk)? as f64 / 1e6)));
        Ok(Series { name: name.to_owned(), points: points.collect::<Result<_>>()? })
    };
    Ok(Figure {
        name: "loss-memory".to_owned(),
        title: "Memory of the sigmoid loss, forwards and backwards".to_owned(),
        sizes: "pairs in the batch".to_owned(),
        costs: "MB".to_owned(),
        series: vec![series("all pairs at once", None)?, series("32 captions at a time", Some(LOSS_CHUNK))?],
    })
}

fn peak_of_a_loss(n: usize, chunk: Option<usize>) -> Result<usize> {
    let embed = |stream| normalise(&normal((n, 128), 0.0, 1.0, DType::F32, &Device::Cpu, &mut generator(1, stream))?);
    let (images, texts) = (Var::from_tensor(&embed("images")?)?, Var::from_tensor(&embed("texts")?)?);
    let (log_scale, bias) = (Var::new(1f32, &Device::Cpu)?, Var::new(-1f32, &Device::Cpu)?);
    let step = || -> Result<()> {
        let loss: Tensor = match chunk {
            Some(chunk) => chunked_sigmoid_loss(&images, &texts, &log_scale, &bias, chunk)?,
            None => sigmoid_loss(&pair_logits(&images, &texts, &log_scale, Some(&bias))?)?,
        };
        loss.backward()?;
        Ok(())
    };
    step()?; // the matrix multiplication's own work space is made once and kept
    peak_bytes(step)
}

/// A token looks back at everything before it; with a cache nothing before it is computed again, without one all of it is.
fn decode_time(scale: Scale) -> Result<Figure> {
    let size = usual(scale).0;
    let config = DecoderConfig {
        hidden_size: size.hidden_size,
        intermediate_size: 4 * size.hidden_size,
        num_hidden_layers: size.decoder_layers,
        num_attention_heads: size.heads,
        num_key_value_heads: 1,
        head_dim: size.hidden_size / size.heads,
        vocab_size: speed::VOCABULARY,
        ..DecoderConfig::GEMMA_2B
    };
    let contexts: &[usize] = if scale == Scale::Full { &[64, 256, 1024, 4096, 8192] } else { &[16, 64] };
    let (mut cached, mut from_scratch) = (Vec::new(), Vec::new());
    for &context in contexts {
        // The cache grows by a token with each repetition: a few dozen tokens, little beside the context.
        let mut decoding = Decoding::new(&config, context)?;
        let patience = Patience { seconds: 0.0, repetitions: 15, ..patience(scale) };
        cached.push((context as f64, 1e3 * measure(patience, || decoding.step())?.seconds));
        // Reading the whole context again for one token is what reading the prefix took.
        from_scratch.push((context as f64, 1e3 * Decoding::new(&config, context)?.prefill_seconds));
    }
    Ok(Figure {
        name: "decode-time".to_owned(),
        title: format!("Time per token of preset {}'s decoder against its context", size.name),
        sizes: "tokens before it".to_owned(),
        costs: "ms".to_owned(),
        series: vec![
            Series { name: "with the cache".to_owned(), points: cached },
            Series { name: "from scratch".to_owned(), points: from_scratch },
        ],
    })
}
