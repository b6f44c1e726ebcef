//! Chapter 03: how phase one went, and what it can do.

use anyhow::Result;
use paligemma::run_folder::Task;
use siglip_training::retrieval::{embed_captions, embed_pictures};
use siglip_training::{Exhibition, match_probabilities};

use super::{loss_curve, result_bars};
use crate::bundled::Bundled;
use crate::svg::{Drawing, bars};

/// The loss of the bundled run.
pub fn loss(bundled: &Bundled) -> Result<String> {
    Ok(loss_curve("phase one: the sigmoid loss of a batch", &bundled.log(Task::Siglip)?).drawn())
}

/// Captions per picture.
const SUGGESTIONS: usize = 4;

/// Pictures of the held-out artist, and which of all the captions the model thinks fit best.
pub fn captions(bundled: &Bundled) -> Result<String> {
    let retriever = bundled.retriever()?;
    let all = Exhibition::new(&bundled.held_out()?.all, 64);
    let captions: Vec<&str> = all.captions.iter().map(String::as_str).collect();
    // Spread evenly over the set, so that they were not picked for being right.
    let stride = all.pictures.len() / 4;
    let chosen: Vec<usize> = (0..4).map(|index| stride / 2 + index * stride).collect();
    let pictures: Vec<_> = chosen.iter().map(|&index| all.pictures[index].clone()).collect();
    let pictures_in_space = embed_pictures(&retriever.model, &pictures)?; // [4, d]
    let captions_in_space = embed_captions(&retriever.model, &retriever.tokenizer, &captions)?; // [m, d]
    let probabilities =
        match_probabilities(&retriever.model, &pictures_in_space, &captions_in_space)?.to_vec2::<f32>()?; // [4, m]
    let mut drawing = Drawing::new(14.0 + 104.0 * 4.0);
    for (row, (&index, probabilities)) in chosen.iter().zip(&probabilities).enumerate() {
        let y = 14.0 + 104.0 * row as f64;
        drawing.picture([14.0, y, 90.0, 90.0], all.pictures[index].clone())?;
        let mut order: Vec<usize> = (0..captions.len()).collect();
        order.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
        for (place, &caption) in order.iter().take(SUGGESTIONS).enumerate() {
            let y = y + 22.0 * place as f64;
            let probability = f64::from(probabilities[caption]);
            let is_right = caption == all.labels[index];
            drawing.rectangle([118.0, y + 2.0, 110.0 * probability, 16.0], if is_right { "f2" } else { "f0" }, 0.8);
            drawing.rectangle([118.0, y + 2.0, 110.0, 16.0], "frame", 0.4);
            let mark = if is_right { " ✓" } else { "" };
            drawing.text((236.0, y + 15.0), "start", "small", &format!("{}{mark}", captions[caption]));
        }
    }
    Ok(drawing.finished())
}

/// How often the right caption is found, beside pixels.
pub fn recall(bundled: &Bundled) -> Result<String> {
    let rows = result_bars(&bundled.metrics(Task::Siglip)?, |name| name.contains(".heldout."));
    Ok(bars(&rows, ["model", "nearest training picture, pixel by pixel"]))
}
