//! What the fused operators buy: each against its readable twin, forwards and backwards, on the sizes of the course.
//!
//! `cargo run -p foundations --example ops_speed` prints milliseconds and the ratio. Both columns contain candle's own
//! bookkeeping, which no operator can avoid: the sum that makes a loss, and one addition per gradient.

use std::time::Instant;

use candle_core::{D, DType, Device, Result, Tensor, Var};
use foundations::ops::{fused, plain};
use foundations::random;

/// Allocating a tensor should not mean asking the operating system for fresh pages.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A picture encoder's step: 100 pictures of 64 patches.
const PICTURES: usize = 100;
const PATCHES: usize = 64;
const TOKENS: usize = PICTURES * PATCHES;
const D_MODEL: usize = 128;
const D_HIDDEN: usize = 512;
const HEADS: usize = 4;
const D_HEAD: usize = D_MODEL / HEADS;
/// A decoder's step: 3,000 text tokens over 4,000 entries.
const TEXT_TOKENS: usize = 3000;
const VOCABULARY: usize = 4000;

type Operator<'a> = &'a dyn Fn(&[Tensor]) -> Result<Tensor>;

fn main() -> Result<()> {
    println!("{:<34} {:>9} {:>9} {:>7}", "forward + backward, ms", "fused", "plain", "ratio");
    let x = variable("x", &[TOKENS, D_MODEL])?;
    let hidden = variable("hidden", &[TOKENS, D_HIDDEN])?;
    let (up, down) = (variable("up", &[D_HIDDEN, D_MODEL])?, variable("down", &[D_MODEL, D_HIDDEN])?);
    let (scale, shift) = (variable("scale", &[D_MODEL])?, variable("shift", &[D_MODEL])?);
    let wide_shift = variable("wide shift", &[D_HIDDEN])?;
    compare("linear 128 → 512", &[x.clone(), up, wide_shift], &|x| fused::linear(&x[0], &x[1], Some(&x[2])), &|x| {
        plain::linear(&x[0], &x[1], Some(&x[2]))
    })?;
    compare(
        "linear 512 → 128",
        &[hidden.clone(), down, shift.clone()],
        &|x| fused::linear(&x[0], &x[1], Some(&x[2])),
        &|x| plain::linear(&x[0], &x[1], Some(&x[2])),
    )?;
    compare(
        "layer norm of 128",
        &[x.clone(), scale.clone(), shift],
        &|x| fused::layer_norm(&x[0], &x[1], &x[2], 1e-6),
        &|x| plain::layer_norm(&x[0], &x[1], &x[2], 1e-6),
    )?;
    compare("rms norm of 128", &[x, scale], &|x| fused::rms_norm(&x[0], &x[1], 1e-6), &|x| {
        let mean_square = x[0].sqr()?.mean_keepdim(D::Minus1)?;
        x[0].broadcast_div(&(mean_square + 1e-6)?.sqrt()?)?.broadcast_mul(&(&x[1] + 1.0)?)
    })?;
    compare("gelu of 512", std::slice::from_ref(&hidden), &|x| fused::gelu(&x[0]), &|x| plain::gelu(&x[0]))?;
    compare(
        "geglu of 512",
        &[hidden.clone(), variable("other", &[TOKENS, D_HIDDEN])?],
        &|x| fused::geglu(&x[0], &x[1]),
        &|x| plain::gelu(&x[0])? * &x[1],
    )?;
    let heads = [PICTURES, PATCHES, HEADS, D_HEAD];
    compare(
        "attention, 64 tokens, 4 heads",
        &[variable("query", &heads)?, variable("key", &heads)?, variable("value", &heads)?],
        &|x| fused::attention(&x[0], &x[1], &x[2], None, 0.18),
        &|x| plain_attention(&x[0], &x[1], &x[2], 0.18),
    )?;
    compare_text()?;
    compare_block()
}

fn compare_text() -> Result<()> {
    let ids: Vec<u32> = (0..TEXT_TOKENS as u32).map(|i| i * 7919 % VOCABULARY as u32).collect();
    let ids = Tensor::from_vec(ids, TEXT_TOKENS, &Device::Cpu)?;
    let (table, logits) = (variable("table", &[VOCABULARY, D_MODEL])?, variable("logits", &[TEXT_TOKENS, VOCABULARY])?);
    compare("embedding, 3,000 of 4,000", &[table], &|x| fused::embedding(&x[0], &ids), &|x| {
        plain::embedding(&x[0], &ids)
    })?;
    compare("softmax of 4,000", std::slice::from_ref(&logits), &|x| fused::softmax(&x[0]), &|x| plain::softmax(&x[0]))?;
    compare("cross-entropy over 4,000", &[logits], &|x| fused::cross_entropy(&x[0], &ids), &|x| {
        plain::cross_entropy(&x[0], &ids)
    })
}

/// One whole block of a picture encoder: normalise, attend, add; normalise, widen, narrow, add.
fn compare_block() -> Result<()> {
    let square = [D_MODEL, D_MODEL];
    let inputs = [
        variable("x", &[PICTURES, PATCHES, D_MODEL])?,
        variable("scale", &[D_MODEL])?,
        variable("shift", &[D_MODEL])?,
        variable("query", &square)?,
        variable("key", &square)?,
        variable("value", &square)?,
        variable("out", &square)?,
        variable("up", &[D_HIDDEN, D_MODEL])?,
        variable("down", &[D_MODEL, D_HIDDEN])?,
    ];
    let fused = Operators {
        linear: |x, weight| fused::linear(x, weight, None),
        layer_norm: fused::layer_norm,
        gelu: fused::gelu,
        attention: |query, key, value, scale| fused::attention(query, key, value, None, scale),
    };
    let plain = Operators {
        linear: |x, weight| plain::linear(x, weight, None),
        layer_norm: plain::layer_norm,
        gelu: plain::gelu,
        attention: plain_attention,
    };
    compare("one encoder block", &inputs, &|x| fused.block(x), &|x| plain.block(x))
}

/// The operators of a block, fused or plain.
struct Operators {
    linear: fn(&Tensor, &Tensor) -> Result<Tensor>,
    layer_norm: fn(&Tensor, &Tensor, &Tensor, f64) -> Result<Tensor>,
    gelu: fn(&Tensor) -> Result<Tensor>,
    attention: fn(&Tensor, &Tensor, &Tensor, f64) -> Result<Tensor>,
}

impl Operators {
    fn block(&self, inputs: &[Tensor]) -> Result<Tensor> {
        let [x, scale, shift, query, key, value, out, up, down] = inputs else {
            candle_core::bail!("a block has nine inputs, not {}", inputs.len());
        };
        let heads = (PICTURES, PATCHES, HEADS, D_HEAD);
        let normal = (self.layer_norm)(x, scale, shift, 1e-6)?; // [b, t, d]
        let project = |weight: &Tensor| (self.linear)(&normal, weight)?.reshape(heads); // [b, t, heads, d_head]
        let mixed = (self.attention)(&project(query)?, &project(key)?, &project(value)?, 0.18)?;
        let x = (x + (self.linear)(&mixed.reshape(x.shape())?, out)?)?; // [b, t, d]
        let normal = (self.layer_norm)(&x, scale, shift, 1e-6)?; // [b, t, d]
        let wide = (self.gelu)(&(self.linear)(&normal, up)?)?; // [b, t, hidden]
        x + (self.linear)(&wide, down)? // [b, t, d]
    }
}

fn variable(name: &str, shape: &[usize]) -> Result<Tensor> {
    let numbers = random::normal(shape, 0.0, 1.0, DType::F32, &Device::Cpu, &mut random::generator(1, name))?;
    Ok(Var::from_tensor(&numbers)?.into_inner())
}

fn plain_attention(query: &Tensor, key: &Tensor, value: &Tensor, scale: f64) -> Result<Tensor> {
    let to_front = |x: &Tensor| x.transpose(1, 2)?.contiguous();
    let scores = (to_front(query)?.matmul(&to_front(key)?.t()?)? * scale)?; // [b, heads, t, t]
    plain::softmax(&scores)?.matmul(&to_front(value)?)?.transpose(1, 2)?.contiguous()
}

/// The fastest of several runs: on a shared machine the fastest is the one that was disturbed least.
fn milliseconds(operator: Operator, inputs: &[Tensor]) -> Result<f64> {
    let mut best = f64::INFINITY;
    for _ in 0..7 {
        let start = Instant::now();
        operator(inputs)?.sum_all()?.backward()?;
        best = best.min(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(best)
}

fn compare(name: &str, inputs: &[Tensor], fused: Operator, plain: Operator) -> Result<()> {
    let (fused, plain) = (milliseconds(fused, inputs)?, milliseconds(plain, inputs)?);
    println!("{name:<34} {fused:>9.2} {plain:>9.2} {:>6.1}×", plain / fused);
    Ok(())
}
