//! Chapter 02: a picture in patches, what positions have learnt, and where the pooling head looks.

use anyhow::{Context, Result};
use candle_core::{D, Tensor};
use candle_nn::ops::softmax;
use image::RgbaImage;
use paligemma::run_folder::Task;

use crate::bundled::{Bundled, SIDE};
use crate::svg::{Drawing, WIDTH, data_url, heat_map};

/// Patches along one side.
const GRID: usize = 8;

/// A picture, and the same picture cut into patches and numbered.
pub fn patches(bundled: &Bundled) -> Result<String> {
    let picture = data_url(bundled.picture("owl")?)?;
    let mut drawing = Drawing::new(250.0);
    drawing.add(&format!("<defs><image id=\"picture\" width=\"{SIDE}\" height=\"{SIDE}\" href=\"{picture}\"/></defs>"));
    let (side, patch) = (184.0, SIDE as usize / GRID);
    drawing.add(&format!(
        "<svg x=\"20\" y=\"24\" width=\"{side}\" height=\"{side}\" viewBox=\"0 0 {SIDE} {SIDE}\"><use href=\"#picture\"/></svg>"
    ));
    drawing.text((112.0, 236.0), "middle", "quiet small", "64 × 64 pixels");
    let step = 27.0;
    for index in 0..GRID * GRID {
        let (row, column) = (index / GRID, index % GRID);
        let (x, y) = (240.0 + step * column as f64, 10.0 + step * row as f64);
        drawing.add(&format!(
            "<svg x=\"{x}\" y=\"{y}\" width=\"24\" height=\"24\" viewBox=\"{} {} {patch} {patch}\"><use href=\"#picture\"/></svg>",
            column * patch,
            row * patch
        ));
    }
    drawing.text((350.0, 242.0), "middle", "quiet small", "64 patches of 8 × 8: tokens 0 to 63");
    Ok(drawing.finished())
}

/// How alike the learnt position of every patch is to all others: one small map per patch.
pub fn positions(bundled: &Bundled) -> Result<String> {
    let weights = bundled.weights(Task::Siglip)?;
    let positions = named(&weights, "vision_model.embeddings.position_embedding.weight")?; // [64, d]
    let positions = &positions.broadcast_sub(&positions.mean_keepdim(0)?)?; // what all share says nothing about a place
    let lengths = positions.sqr()?.sum_keepdim(D::Minus1)?.sqrt()?; // [64, 1]
    let unit = positions.broadcast_div(&lengths)?; // [64, d]
    let cosines = unit.matmul(&unit.t()?)?.to_vec2::<f32>()?; // [64, 64]
    let mut drawing = Drawing::new(WIDTH + 20.0);
    let (step, side) = (56.0, 50.0);
    for (index, row) in cosines.iter().enumerate() {
        let (x, y) = (18.0 + step * (index % GRID) as f64, 14.0 + step * (index / GRID) as f64);
        drawing.picture([x, y, side, side], map_of(row, 1.0))?;
        drawing.rectangle([x, y, side, side], "frame", 0.5);
    }
    drawing.text((WIDTH / 2.0, WIDTH), "middle", "quiet small", "blue: cosine up to 1; orange: down to −1");
    Ok(drawing.finished())
}

/// Where the pooling head's probe looks in pictures that nobody trained on.
pub fn map_attention(bundled: &Bundled) -> Result<String> {
    let model = &bundled.retriever()?.model;
    let weights = bundled.weights(Task::Siglip)?;
    let heads = model.config().vision_config.num_attention_heads;
    let nouns = ["fox", "owl", "turtle", "elephant"];
    let pictures = nouns.map(|noun| bundled.picture(noun)).into_iter().collect::<Result<Vec<_>>>()?;
    let tokens = model.patch_tokens(&model.preprocess(&pictures)?)?; // [b, n, d]
    let (b, n, d) = tokens.dims3()?;
    let (weight, bias) = (
        named(&weights, "vision_model.head.attention.in_proj_weight")?,
        named(&weights, "vision_model.head.attention.in_proj_bias")?,
    );
    let projected = |which: usize, x: &Tensor, rows: usize| -> Result<Tensor> {
        let (weight, bias) = (weight.narrow(0, which * d, d)?, bias.narrow(0, which * d, d)?);
        let x = x.reshape((rows, d))?.matmul(&weight.t()?)?.broadcast_add(&bias)?; // [rows, d]
        Ok(x.reshape((rows, heads, d / heads))?) // [rows, heads, d_head]
    };
    let query = projected(0, named(&weights, "vision_model.head.probe")?, 1)?.squeeze(0)?; // [heads, d_head]
    let key = projected(1, &tokens, b * n)?; // [b·n, heads, d_head]
    let scores = key.broadcast_mul(&query)?.sum(D::Minus1)?.reshape((b, n, heads))?; // [b, n, heads]
    let shares = softmax(&(scores / ((d / heads) as f64).sqrt())?, 1)?.mean(2)?.to_vec2::<f32>()?; // [b, n]
    let mut drawing = Drawing::new(256.0);
    let (step, side) = (115.0, 104.0);
    for (index, (noun, row)) in nouns.iter().zip(&shares).enumerate() {
        let x = 14.0 + step * index as f64;
        drawing.picture([x, 12.0, side, side], pictures[index].clone())?;
        let most = row.iter().copied().fold(0.0, f32::max);
        drawing.picture([x, 124.0, side, side], map_of(row, most))?;
        drawing.rectangle([x, 124.0, side, side], "frame", 0.5);
        drawing.text((x + side / 2.0, 246.0), "middle", "small", noun);
    }
    Ok(drawing.finished())
}

/// One number per patch as a small picture.
pub fn map_of(row: &[f32], most: f32) -> RgbaImage {
    heat_map(&row.chunks(GRID).map(<[f32]>::to_vec).collect::<Vec<_>>(), most)
}

fn named<'a>(weights: &'a std::collections::HashMap<String, Tensor>, name: &str) -> Result<&'a Tensor> {
    weights.get(name).with_context(|| format!("the bundled model has no {name}"))
}
