//! Chapter 05: who may look at whom, what rotation does to a score, and what a memory weighs.

use anyhow::Result;
use candle_core::{DType, Device, Tensor};
use gemma_masking::{
    DecoderConfig, KvCache, apply_rope, causal_mask, causal_prefix_mask, prefix_lm_mask, rotary_tables,
};

use crate::bundled::Bundled;
use crate::svg::{Axis, Chart, Drawing, Series, heat_map};

/// Tokens in the masks: four of a picture, three of a prompt, three of an answer.
const IMAGE: usize = 4;
const PREFIX: usize = 7;
const TOKENS: usize = 10;

/// Three masks beside one another: a row may look at the blue columns.
pub fn masks(_: &Bundled) -> Result<String> {
    let device = &Device::Cpu;
    let masks = [
        ("prefix-LM", prefix_lm_mask(&[PREFIX], &[TOKENS], TOKENS, device)?),
        ("causal after the picture", causal_prefix_mask(IMAGE, &[TOKENS], TOKENS, device)?),
        ("causal", causal_mask(&[TOKENS], TOKENS, device)?),
    ];
    let (side, cell) = (136.0, 13.6);
    let mut drawing = Drawing::new(206.0);
    for (index, (name, mask)) in masks.iter().enumerate() {
        let x = 22.0 + (side + 16.0) * index as f64;
        let rows = mask.squeeze(0)?.to_dtype(DType::F32)?.to_vec2::<f32>()?;
        drawing.text((x + side / 2.0, 20.0), "middle", "small", name);
        drawing.picture([x, 30.0, side, side], heat_map(&rows, 1.0))?;
        drawing.rectangle([x, 30.0, side, side], "frame", 1.0);
        for border in [IMAGE, PREFIX] {
            let at = cell * border as f64;
            drawing.line((x + at, 30.0), (x + at, 30.0 + side), "frame");
            drawing.line((x, 30.0 + at), (x + side, 30.0 + at), "frame");
        }
        for (from, to, part) in [(0, IMAGE, "picture"), (IMAGE, PREFIX, "prompt"), (PREFIX, TOKENS, "answer")] {
            let middle = x + cell * (from + to) as f64 / 2.0;
            drawing.text((middle, 30.0 + side + 14.0), "middle", "quiet tiny", part);
        }
    }
    drawing.text((240.0, 198.0), "middle", "quiet small", "row: who looks; column: at whom");
    Ok(drawing.finished())
}

/// Positions that the curves span.
const DISTANCE: u32 = 128;
const HEAD_DIM: usize = 64;

/// The score of a query and a key that are alike, over the distance between them: two of the pairs, and all together.
pub fn rope(_: &Bundled) -> Result<String> {
    let t = DISTANCE as usize + 1;
    let positions = Tensor::arange(0, DISTANCE + 1, &Device::Cpu)?;
    let tables = rotary_tables(&positions, HEAD_DIM, 10_000.0)?;
    let score = |pairs: &[usize]| -> Result<Vec<(f64, f64)>> {
        let mut vector = vec![0f32; HEAD_DIM];
        for &pair in pairs {
            (vector[pair], vector[pair + HEAD_DIM / 2]) = (1.0, 1.0);
        }
        let x = Tensor::from_vec(vector, (1, 1, 1, HEAD_DIM), &Device::Cpu)?.repeat((1, t, 1, 1))?; // [1, t, 1, d]
        let turned = apply_rope(&x, &tables)?.reshape((t, HEAD_DIM))?; // [t, d]
        let scores = turned.matmul(&turned.narrow(0, 0, 1)?.t()?)?.squeeze(1)?.to_vec1::<f32>()?; // [t]
        let first = f64::from(scores[0]);
        Ok(scores.iter().enumerate().map(|(distance, score)| (distance as f64, f64::from(*score) / first)).collect())
    };
    let chart = Chart {
        x: Axis::linear("distance in tokens", (0.0, f64::from(DISTANCE))),
        y: Axis::linear("score", (-1.0, 1.0)),
        series: vec![
            Series::new("all 32 pairs together", score(&(0..HEAD_DIM / 2).collect::<Vec<_>>())?),
            Series::new("pair 8", score(&[8])?),
            Series::new("pair 16", score(&[16])?),
        ],
    };
    Ok(chart.drawn())
}

/// What the memory of Gemma 2B weighs as the context grows, for one, four and eight key heads.
pub fn cache(_: &Bundled) -> Result<String> {
    let gemma = DecoderConfig::GEMMA_2B;
    let curve = |heads: usize| -> Result<Series> {
        let mut cache = KvCache::new(gemma.num_hidden_layers);
        let new = Tensor::zeros((1, 1, heads, gemma.head_dim), DType::BF16, &Device::Cpu)?;
        let mut bytes = 0;
        for layer in cache.layers_mut() {
            let (keys, values) = layer.append(&new, &new)?;
            bytes += (keys.elem_count() + values.elem_count()) * DType::BF16.size_in_bytes();
        }
        let megabytes = |tokens: usize| (tokens as f64, (bytes * tokens) as f64 / 1e6);
        let name = if heads == 1 { "1 key head, as Gemma 2B has it".to_owned() } else { format!("{heads} key heads") };
        Ok(Series::new(name, [megabytes(0), megabytes(8192)]))
    };
    let series = [1, 4, gemma.num_attention_heads].map(curve).into_iter().collect::<Result<Vec<_>>>()?;
    let most = series.iter().flat_map(|series| &series.points).map(|point| point.1).fold(0.0, f64::max);
    let chart = Chart {
        x: Axis::linear("tokens remembered", (0.0, 8192.0)),
        y: Axis::linear("megabytes", (0.0, most)),
        series,
    };
    Ok(chart.drawn())
}
