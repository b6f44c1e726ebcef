//! Chapter 01: the price of a pair, the price of beginning, and what training does to a matrix of similarities.

use anyhow::Result;
use candle_core::{DType, Device, Tensor};
use contrastive_loss::logits::{INITIAL_BIAS, prior_bias};
use contrastive_loss::{sigmoid_loss, softplus};
use data::Gallery;
use foundations::Params;
use siglip_training::retrieval::{embed_captions, embed_pictures};
use siglip_training::{DualEncoder, Exhibition, Tokenizer};

use crate::bundled::Bundled;
use crate::svg::{Axis, Chart, Drawing, Series, WIDTH, heat_map};

/// What a pair costs, over its logit.
pub fn pair_loss(_: &Bundled) -> Result<String> {
    let logits: Vec<f64> = (-60..=60).map(|tenth| f64::from(tenth) / 10.0).collect();
    let cost = |label: f64| -> Result<Vec<(f64, f64)>> {
        let costs = softplus(&(Tensor::new(&logits[..], &Device::Cpu)? * -label)?)?.to_vec1::<f64>()?;
        Ok(logits.iter().copied().zip(costs).collect())
    };
    let chart = Chart {
        x: Axis::linear("logit", (-6.0, 6.0)),
        y: Axis::linear("cost", (0.0, 6.0)),
        series: vec![Series::new("they belong together", cost(1.0)?), Series::new("they do not", cost(-1.0)?)],
    };
    Ok(chart.drawn())
}

/// The sigmoid loss before anything is learnt, all cosines zero, over the batch, for three biases.
pub fn loss_at_the_start(_: &Bundled) -> Result<String> {
    let curve = |bias: fn(usize) -> f64| -> Result<Vec<(f64, f64)>> {
        let loss = |power: u32| -> Result<(f64, f64)> {
            let n = 2usize.pow(power);
            let logits = Tensor::full(bias(n), (n, n), &Device::Cpu)?;
            Ok((n as f64, sigmoid_loss(&logits)?.to_scalar::<f64>()?))
        };
        (1..=10).map(loss).collect()
    };
    let chart = Chart {
        x: Axis::logarithmic("pairs in a batch, N", (2.0, 1024.0)),
        y: Axis::logarithmic("loss", (0.5, 1000.0)),
        series: vec![
            Series::new("no bias", curve(|_| 0.0)?),
            Series::new("bias −10", curve(|_| INITIAL_BIAS)?),
            Series::new("bias −ln(N − 1)", curve(prior_bias)?),
        ],
    };
    Ok(chart.drawn())
}

/// Things of which both matrices are made.
const THINGS: usize = 12;
/// Side of a matrix in the drawing.
const SIDE: f64 = 200.0;

/// Cosines between pictures and captions, from random and from trained towers.
pub fn similarity(bundled: &Bundled) -> Result<String> {
    let trained = bundled.retriever()?;
    let nouns = &bundled.held_out()?.nouns;
    let stride = nouns.len() / THINGS;
    let chosen = Gallery::new(nouns.sprites().iter().step_by(stride).take(THINGS).cloned().collect());
    let config = trained.model.config();
    let params = Params::new(0, DType::F32, &Device::Cpu);
    let random = DualEncoder::initialise(config, &params)?;
    let mut drawing = Drawing::new(290.0);
    for (index, (name, model)) in [("random towers", &random), ("trained towers", &trained.model)].iter().enumerate() {
        let x = 26.0 + (SIDE + 28.0) * index as f64;
        let cosines = cosines(model, &trained.tokenizer, &chosen)?;
        drawing.text((x + SIDE / 2.0, 24.0), "middle", "", name);
        drawing.picture([x, 36.0, SIDE, SIDE], heat_map(&cosines, 1.0))?;
        drawing.rectangle([x, 36.0, SIDE, SIDE], "frame", 1.0);
        drawing.text((x + SIDE / 2.0, 36.0 + SIDE + 18.0), "middle", "quiet small", "caption");
    }
    drawing.add("<g transform=\"rotate(-90 16 136)\">");
    drawing.text((16.0, 136.0), "middle", "quiet small", "picture");
    drawing.add("</g>");
    drawing.text((WIDTH / 2.0, 278.0), "middle", "quiet small", "blue: cosine up to 1; orange: down to −1");
    Ok(drawing.finished())
}

/// One row per picture, one column per caption, both in the order of the captions.
fn cosines(model: &DualEncoder, tokenizer: &Tokenizer, gallery: &Gallery) -> Result<Vec<Vec<f32>>> {
    let side = model.config().vision_config.image_size as u32;
    let exhibition = Exhibition::new(gallery, side);
    let captions: Vec<&str> = exhibition.labels.iter().map(|label| exhibition.captions[*label].as_str()).collect();
    let pictures = embed_pictures(model, &exhibition.pictures)?; // [n, d]
    let captions = embed_captions(model, tokenizer, &captions)?; // [n, d]
    Ok(pictures.matmul(&captions.t()?)?.to_vec2::<f32>()?) // [n, n]
}
