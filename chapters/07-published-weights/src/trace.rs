//! Every station of a picture on its way to an answer, with a name.
//!
//! Two implementations that disagree disagree somewhere *first*. Whoever has the numbers after every layer of both finds
//! the place by comparing them from the top, which is what `vlm inspect` and `vlm compare` are for.
//!
//! | name | shape | what |
//! |---|---|---|
//! | `pixel_values` | `[b, 3, side, side]` | what the tower sees |
//! | `vision.embeddings` | `[b, n, d_vision]` | patches that know their place |
//! | `vision.layers.N` | `[b, n, d_vision]` | after block N |
//! | `vision.output` | `[b, n, d_vision]` | after the final layer norm |
//! | `image_features` | `[b, n, d_text]` | after the projector |
//! | `ids` | `[b, t]` | the tokens |
//! | `decoder.embeddings` | `[b, t, d_text]` | words, scaled, and image tokens, as the decoder reads them |
//! | `decoder.layers.N` | `[b, t, d_text]` | after layer N |
//! | `logits` | `[b, t, vocabulary]` | what may come next |
//! | `loss` | `[1]` | only with an answer: its surprise, averaged over its tokens |

use std::collections::BTreeMap;

use autoregressive_training::{Batch, VisionLanguageModel, suffix_loss};
use candle_core::{Result, Tensor};
use gemma_masking::prefix_lm_mask;
use gemma_masking::rope::rotary_tables;

/// The order of the stations; a layer stands in the place of its `N`.
const STATIONS: [&str; 10] = [
    "pixel_values",
    "vision.embeddings",
    "vision.layers.",
    "vision.output",
    "image_features",
    "ids",
    "decoder.embeddings",
    "decoder.layers.",
    "logits",
    "loss",
];

/// All tensors by name.
pub type Trace = BTreeMap<String, Tensor>;

/// Runs a batch through the model, layer by layer, and keeps everything.
///
/// # Errors
/// When the batch does not fit the model.
pub fn trace(model: &VisionLanguageModel, batch: &Batch) -> Result<Trace> {
    let mut seen = Trace::new();
    let features = trace_picture(model, &batch.pixels, &mut seen)?; // [b, n, d_text]
    seen.insert("ids".to_owned(), batch.ids.clone());
    let mut hidden = model.embed(&batch.ids, &features)?; // [b, t, d_text]
    seen.insert("decoder.embeddings".to_owned(), hidden.clone());

    let decoder = model.decoder();
    let t = hidden.dim(1)?;
    let allowed = prefix_lm_mask(&batch.prefix_lengths, &batch.lengths, t, model.device())?; // [b, t, t]
    let positions = Tensor::arange(0u32, t as u32, model.device())?; // [t]
    let tables = rotary_tables(&positions, decoder.config().head_dim, decoder.config().rope_theta)?;
    let masks = decoder.masks(&positions, &allowed, None)?;
    for (index, layer) in decoder.layers().iter().enumerate() {
        hidden = layer.forward(&hidden, &tables, masks.of_layer(index), None)?; // [b, t, d_text]
        seen.insert(format!("decoder.layers.{index}"), hidden.clone());
    }
    let logits = decoder.logits(&decoder.norm().forward(&hidden)?)?; // [b, t, vocabulary]
    seen.insert("logits".to_owned(), logits.clone());
    if batch.targets.elem_count() > 0 {
        let predicting = logits.flatten_to(1)?.index_select(&batch.predicting, 0)?; // [m, vocabulary]
        let loss = suffix_loss(&predicting, &batch.targets, &batch.weights)?;
        seen.insert("loss".to_owned(), loss.reshape(1)?);
    }
    Ok(seen)
}

/// From pixels to image tokens.
fn trace_picture(model: &VisionLanguageModel, pixels: &Tensor, seen: &mut Trace) -> Result<Tensor> {
    seen.insert("pixel_values".to_owned(), pixels.clone());
    let vision = model.vision();
    let mut tokens = vision.embed(pixels)?; // [b, n, d_vision]
    seen.insert("vision.embeddings".to_owned(), tokens.clone());
    for (index, layer) in vision.encoder().layers().iter().enumerate() {
        tokens = layer.forward(&tokens, None)?; // [b, n, d_vision]
        seen.insert(format!("vision.layers.{index}"), tokens.clone());
    }
    let patches = vision.post_layernorm().forward(&tokens)?; // [b, n, d_vision]
    seen.insert("vision.output".to_owned(), patches.clone());
    let features = model.projector().forward(&patches)?; // [b, n, d_text]
    seen.insert("image_features".to_owned(), features.clone());
    Ok(features)
}

/// Sorts names as a picture passes them; those that this module does not know come last.
pub fn in_order(names: &mut [String]) {
    names.sort_by_cached_key(|name| (station(name), name.clone()));
}

fn station(name: &str) -> (usize, usize) {
    for (place, station) in STATIONS.iter().enumerate() {
        match name.strip_prefix(station) {
            Some("") => return (place, 0),
            Some(number) if station.ends_with('.') => {
                if let Ok(number) = number.parse() {
                    return (place, number);
                }
            }
            _ => {}
        }
    }
    (STATIONS.len(), 0)
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn stations_come_in_the_order_of_the_way_and_layers_by_number() {
        let way =
            ["pixel_values", "vision.embeddings", "vision.layers.2", "vision.layers.10", "vision.output", "loss", "x"];
        let mut names =
            ["loss", "x", "vision.layers.10", "vision.output", "vision.layers.2", "vision.embeddings", "pixel_values"]
                .map(str::to_owned);
        in_order(&mut names);
        assert_eq!(names, way.map(str::to_owned));
    }
}
