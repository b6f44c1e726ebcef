//! One whole training step of each preset: loss, gradients, clipping, AdamW.
//!
//! `cargo bench --profile dev --workspace --bench steps`

use divan::Bencher;
use siglip_training::preset::SIZES;
use siglip_training::{ContrastiveLoss, Size};
use speed::training_step::Graph;
use speed::{contrastive, generative};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn names() -> impl Iterator<Item = &'static str> {
    SIZES.iter().map(|size| size.name)
}

/// The size, and pictures in a batch: contrastive and generative, as the recipes have them.
fn named(name: &str) -> (Size, usize, usize) {
    let size = Size::named(name).expect("a name from the list");
    if name == "pico" { (size, 16, 8) } else { (size, 100, 64) }
}

#[divan::bench(args = names(), sample_count = 20, sample_size = 1)]
fn siglip(bencher: Bencher, name: &str) {
    let (size, pairs, _) = named(name);
    let mut step = contrastive::step(&size, pairs, ContrastiveLoss::Sigmoid, Graph::Shards).expect("a SigLIP step");
    bencher.bench_local(|| step.step().expect("finite gradients"));
}

#[divan::bench(args = names(), sample_count = 20, sample_size = 1)]
fn vlm(bencher: Bencher, name: &str) {
    let (size, _, pictures) = named(name);
    let mut step = generative::step(&size, pictures, Graph::Shards).expect("a VLM step");
    bencher.bench_local(|| step.step().expect("finite gradients"));
}
