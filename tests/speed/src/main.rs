//! `speed`: measures one piece of work in a process of its own and prints a line of JSON.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};
use serde_json::{Value, json};
use siglip_training::ContrastiveLoss;
use speed::attention::{AttentionFloor, LongAttention, shape};
use speed::decode::{Decoding, sizes};
use speed::floor::Floor;
use speed::measure::{Patience, measure};
use speed::training_step::Graph;
use speed::{Scale, VOCABULARY, contrastive, export, generative};

/// As in the `vlm` command: allocating a tensor should not mean asking the operating system for fresh pages.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures one piece of work and prints a line of JSON.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// How large the work is
    #[arg(long, global = true, value_enum, default_value = "full")]
    scale: Scale,
}

#[derive(Subcommand)]
enum Command {
    /// Time and memory. The environment says how: RAYON_NUM_THREADS, VLM_OPS=plain
    Measure {
        /// What is measured
        #[arg(value_enum)]
        work: Work,
        /// How a training step finds its gradients
        #[arg(long, value_enum, default_value = "shards")]
        graph: Graph,
        /// Repetitions that do not count
        #[arg(long, default_value_t = 3)]
        warm_up: usize,
        /// At least so many that count
        #[arg(long, default_value_t = 5)]
        repetitions: usize,
        /// Repeat at least for so long
        #[arg(long, default_value_t = 10.0)]
        seconds: f64,
    },
    /// Writes weights and batch of a step, as safetensors
    Export {
        /// Which step
        #[arg(value_enum)]
        work: Step,
        /// Where to
        file: PathBuf,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Work {
    /// The SigLIP training step
    Siglip,
    /// The training step of the vision-language model
    Vlm,
    /// Attention over 4,096 tokens, forwards and backwards
    Attention,
    /// The matrix products of the SigLIP step
    SiglipFloor,
    /// The matrix products of the vision-language model's step
    VlmFloor,
    /// The matrix products of attention over 4,096 tokens
    AttentionFloor,
    /// Writing tokens with a model of PaliGemma's size, and reading its weights without computing
    Decode,
    /// Writing tokens with the same model, its weights rounded to eight bits
    DecodeQ8,
}

#[derive(Clone, Copy, ValueEnum)]
enum Step {
    /// The SigLIP training step
    Siglip,
    /// The training step of the vision-language model
    Vlm,
    /// Attention over 4,096 tokens
    Attention,
}

fn main() -> Result<()> {
    let Arguments { command, scale } = Arguments::parse();
    match command {
        Command::Measure { work, graph, warm_up, repetitions, seconds } => {
            let patience = Patience { warm_up, repetitions, seconds };
            println!("{}", measured(work, scale, graph, patience)?);
            Ok(())
        }
        Command::Export { work: Step::Siglip, file } => export::contrastive(scale, &file),
        Command::Export { work: Step::Vlm, file } => export::generative(scale, &file),
        Command::Export { work: Step::Attention, file } => export::attention(scale, &file),
    }
}

fn measured(work: Work, scale: Scale, graph: Graph, patience: Patience) -> Result<Value> {
    match work {
        Work::Siglip => {
            let (size, pairs) = contrastive::size(scale);
            let mut step = contrastive::step(&size, pairs, ContrastiveLoss::Sigmoid, graph)?;
            Ok(json!(measure(patience, || step.step())?))
        }
        Work::Vlm => {
            let (size, count) = generative::size(scale);
            let mut step = generative::step(&size, count, graph)?;
            Ok(json!(measure(patience, || step.step())?))
        }
        Work::Attention => {
            let attention = LongAttention::new(shape(scale))?;
            Ok(json!(measure(patience, || attention.step())?))
        }
        Work::SiglipFloor => {
            let (size, pairs) = contrastive::size(scale);
            let mut floor = Floor::contrastive(&size, pairs);
            products(patience, floor.operations(), || floor.run())
        }
        Work::VlmFloor => {
            let (size, count) = generative::size(scale);
            let (text, predicted) = generative::text_tokens();
            let mut floor = Floor::generative(&size, count, text, predicted, VOCABULARY);
            products(patience, floor.operations(), || floor.run())
        }
        Work::AttentionFloor => {
            let mut floor = AttentionFloor::new(shape(scale));
            products(patience, floor.operations(), || floor.run())
        }
        Work::Decode => decode(scale, patience),
        Work::DecodeQ8 => {
            let (config, context) = sizes(scale);
            let mut decoding = Decoding::new(&config, context)?.quantised()?;
            Ok(json!(measure(patience, || decoding.step())?))
        }
    }
}

fn products(patience: Patience, operations: usize, mut run: impl FnMut()) -> Result<Value> {
    let measurement = measure(patience, || {
        run();
        Ok(0.0)
    })?;
    let mut value = json!(measurement);
    value["gigaflops"] = json!(operations as f64 / measurement.seconds / 1e9);
    Ok(value)
}

/// Reading and writing take turns, so that a machine that slows down slows both.
fn decode(scale: Scale, patience: Patience) -> Result<Value> {
    let (config, context) = sizes(scale);
    let mut decoding = Decoding::new(&config, context)?;
    let half = Patience { seconds: patience.seconds / 4.0, ..patience };
    let mut rounds = Vec::new();
    for _ in 0..2 {
        let stream = measure(half, || decoding.stream())?;
        let step = measure(half, || decoding.step())?;
        rounds.push((stream, step));
    }
    let seconds = |of: fn(&(_, _)) -> &speed::measure::Measurement| {
        rounds.iter().map(|round| of(round).seconds).sum::<f64>() / rounds.len() as f64
    };
    let (streaming, writing) = (seconds(|round| &round.0), seconds(|round| &round.1));
    let bytes = decoding.weight_bytes() as f64;
    Ok(json!({
        "seconds": writing,
        "streaming_seconds": streaming,
        "weight_bytes": bytes,
        "bytes_per_second": bytes / writing,
        "streaming_bytes_per_second": bytes / streaming,
        "fraction_of_bandwidth": streaming / writing,
        "prefill_seconds": decoding.prefill_seconds,
        "peak_resident": rounds.last().and_then(|round| round.1.peak_resident),
    }))
}
