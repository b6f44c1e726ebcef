//! Every operator, forwards and backwards, fused beside its readable twin, on the sizes of the course.
//!
//! `cargo bench --profile dev --workspace --bench operators`, with a name at the end to run only that one.

use candle_core::{DType, Device, Result, Tensor, Var};
use contrastive_loss::{sigmoid_loss, sigmoid_loss_plain};
use divan::Bencher;
use foundations::ops::{fused, plain, streaming};
use foundations::optim::{adamw, newton_schulz};
use foundations::quantised::QuantisedWeight;
use foundations::random;
use gemma_masking::{
    RotaryTables, apply_rope, apply_rope_plain, geglu, geglu_plain, rms_norm, rms_norm_plain, rotary_tables,
};
use vit_patching::attention::{attention, attention_plain};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// Which of the two runs.
#[derive(Debug, Clone, Copy)]
enum Body {
    Fused,
    Plain,
}
use Body::{Fused, Plain};

const BODIES: [Body; 2] = [Fused, Plain];

/// A picture encoder's step: 100 pictures of 64 patches.
const PICTURES: usize = 100;
const PATCHES: usize = 64;
const TOKENS: usize = PICTURES * PATCHES;
const D_MODEL: usize = 128;
const D_HIDDEN: usize = 512;
const HEADS: usize = 4;
const D_HEAD: usize = D_MODEL / HEADS;
/// A decoder's step: 400 predicted tokens over 4,096 entries.
const TEXT_TOKENS: usize = 400;
const VOCABULARY: usize = 4096;

fn variable(name: &str, shape: &[usize]) -> Tensor {
    let numbers = random::normal(shape, 0.0, 1.0, DType::F32, &Device::Cpu, &mut random::generator(1, name));
    Var::from_tensor(&numbers.expect("random numbers")).expect("a variable").into_inner()
}

fn token_ids(count: usize) -> Tensor {
    let ids: Vec<u32> = (0..count as u32).map(|index| index * 7919 % VOCABULARY as u32).collect();
    Tensor::from_vec(ids, count, &Device::Cpu).expect("token ids")
}

/// The operator, a sum, and all gradients. The sum, and one addition per gradient, are candle's and in every figure.
fn both_ways(bencher: Bencher, inputs: &[Tensor], operator: impl Fn(&[Tensor]) -> Result<Tensor> + Sync) {
    let gradients = || operator(inputs)?.sum_all()?.backward();
    bencher.bench(|| gradients().expect("gradients"));
}

#[divan::bench(args = BODIES)]
fn linear(bencher: Bencher, body: Body) {
    let inputs = [variable("x", &[TOKENS, D_MODEL]), variable("w", &[D_HIDDEN, D_MODEL]), variable("b", &[D_HIDDEN])];
    both_ways(bencher, &inputs, |x| match body {
        Fused => fused::linear(&x[0], &x[1], Some(&x[2])),
        Plain => plain::linear(&x[0], &x[1], Some(&x[2])),
    });
}

#[divan::bench(args = BODIES)]
fn layer_norm(bencher: Bencher, body: Body) {
    let inputs = [variable("x", &[TOKENS, D_MODEL]), variable("scale", &[D_MODEL]), variable("shift", &[D_MODEL])];
    both_ways(bencher, &inputs, |x| match body {
        Fused => fused::layer_norm(&x[0], &x[1], &x[2], 1e-6),
        Plain => plain::layer_norm(&x[0], &x[1], &x[2], 1e-6),
    });
}

#[divan::bench(args = BODIES)]
fn rms_norm_of_rows(bencher: Bencher, body: Body) {
    let inputs = [variable("x", &[TOKENS, D_MODEL]), variable("scale", &[D_MODEL])];
    both_ways(bencher, &inputs, |x| match body {
        Fused => rms_norm(&x[0], &x[1], 1e-6),
        Plain => rms_norm_plain(&x[0], &x[1], 1e-6),
    });
}

#[divan::bench(args = BODIES)]
fn gelu(bencher: Bencher, body: Body) {
    both_ways(bencher, &[variable("x", &[TOKENS, D_HIDDEN])], |x| match body {
        Fused => fused::gelu(&x[0]),
        Plain => plain::gelu(&x[0]),
    });
}

#[divan::bench(args = BODIES)]
fn gated_gelu(bencher: Bencher, body: Body) {
    let inputs = [variable("gate", &[TOKENS, D_HIDDEN]), variable("up", &[TOKENS, D_HIDDEN])];
    both_ways(bencher, &inputs, |x| match body {
        Fused => geglu(&x[0], &x[1]),
        Plain => geglu_plain(&x[0], &x[1]),
    });
}

#[divan::bench(args = BODIES)]
fn softmax(bencher: Bencher, body: Body) {
    both_ways(bencher, &[variable("x", &[TEXT_TOKENS, VOCABULARY])], |x| match body {
        Fused => fused::softmax(&x[0]),
        Plain => plain::softmax(&x[0]),
    });
}

#[divan::bench(args = BODIES)]
fn attention_of_pictures(bencher: Bencher, body: Body) {
    let heads = [PICTURES, PATCHES, HEADS, D_HEAD];
    let inputs = ["query", "key", "value"].map(|name| variable(name, &heads));
    both_ways(bencher, &inputs, |x| match body {
        Fused => attention(&x[0], &x[1], &x[2], None, 0.18),
        Plain => attention_plain(&x[0], &x[1], &x[2], None, 0.18),
    });
}

#[divan::bench(args = BODIES)]
fn rope(bencher: Bencher, body: Body) {
    let positions = Tensor::arange(0u32, PATCHES as u32, &Device::Cpu).expect("positions");
    let tables: RotaryTables = rotary_tables(&positions, D_HEAD, 1e4).expect("tables");
    both_ways(bencher, &[variable("x", &[PICTURES, PATCHES, HEADS, D_HEAD])], |x| match body {
        Fused => apply_rope(&x[0], &tables),
        Plain => apply_rope_plain(&x[0], &tables.cos, &tables.sin),
    });
}

#[divan::bench(args = BODIES)]
fn cross_entropy(bencher: Bencher, body: Body) {
    let targets = token_ids(TEXT_TOKENS);
    both_ways(bencher, &[variable("logits", &[TEXT_TOKENS, VOCABULARY])], |x| match body {
        Fused => fused::cross_entropy(&x[0], &targets),
        Plain => plain::cross_entropy(&x[0], &targets),
    });
}

#[divan::bench(args = BODIES)]
fn sigmoid_loss_of_pairs(bencher: Bencher, body: Body) {
    both_ways(bencher, &[variable("logits", &[PICTURES, PICTURES])], |x| match body {
        Fused => sigmoid_loss(&x[0]),
        Plain => sigmoid_loss_plain(&x[0]),
    });
}

#[divan::bench(args = BODIES)]
fn embedding(bencher: Bencher, body: Body) {
    let ids = token_ids(1000);
    both_ways(bencher, &[variable("table", &[VOCABULARY, D_MODEL])], |x| match body {
        Fused => fused::embedding(&x[0], &ids),
        Plain => plain::embedding(&x[0], &ids),
    });
}

/// One step of one matrix.
#[divan::bench(args = BODIES)]
fn adamw_step(bencher: Bencher, body: Body) {
    let shape = [VOCABULARY, D_MODEL];
    let weight = Var::from_tensor(&variable("weight", &shape).detach()).expect("a variable");
    let gradient = variable("gradient", &shape).detach();
    let averages = adamw::Averages { beta1: 0.9, beta2: 0.95, eps: 1e-8 };
    let step = adamw::AdamWStep { averages, number: 3, learning_rate: 1e-4, weight_decay: 0.01 };
    let mut memory = [weight.zeros_like().expect("zeros"), weight.zeros_like().expect("zeros")];
    bencher.bench_local(|| {
        let [first, second] = &mut memory;
        match body {
            Fused => adamw::fused(&weight, &gradient, first, second, &step),
            Plain => adamw::plain(&weight, &gradient, first, second, &step),
        }
        .expect("a step");
    });
}

/// The heart of Muon, for one matrix.
#[divan::bench(args = BODIES)]
fn orthogonal_step(bencher: Bencher, body: Body) {
    let gradient = variable("gradient", &[D_HIDDEN, D_MODEL]).detach();
    let orthogonal = match body {
        Fused => newton_schulz::fused,
        Plain => newton_schulz::plain,
    };
    bencher.bench(|| orthogonal(&gradient).expect("a matrix"));
}

/// One row against a weight that no cache holds, in the types that weights are stored in.
#[divan::bench(args = [DType::F32, DType::BF16, DType::F16])]
fn one_row_streamed(bencher: Bencher, stored: DType) {
    let weight = variable("weight", &[16_384, 2048]).detach().to_dtype(stored).expect("a conversion");
    let x = variable("x", &[1, 2048]).detach();
    bencher.bench(|| streaming::linear(&x, &weight, None).expect("a product"));
}

/// The same with eight bits.
#[divan::bench]
fn one_row_quantised(bencher: Bencher) {
    let weight = QuantisedWeight::new(&variable("weight", &[16_384, 2048])).expect("a quantised weight");
    let x = variable("x", &[1, 2048]).detach();
    bencher.bench(|| weight.linear(&x, None).expect("a product"));
}
