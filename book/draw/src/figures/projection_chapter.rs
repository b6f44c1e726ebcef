//! Chapter 04: the row of tokens that a decoder reads, what the patches say, and where the parameters are.

use anyhow::Result;
use autoregressive_training::tasks::answer_prompt;
use autoregressive_training::tokenise_example;
use paligemma::run_folder::Task;
use siglip_training::retrieval::embed_captions;

use super::pictures::map_of;
use crate::bundled::Bundled;
use crate::svg::{Bar, Drawing, WIDTH, bars};

/// Margin, height of a token, and width of one of its letters.
const MARGIN: f64 = 14.0;
const TOKEN: f64 = 24.0;
const LETTER: f64 = 7.4;

/// A question and its answer as the decoder reads them, token by token.
pub fn prompt_layout(bundled: &Bundled) -> Result<String> {
    let speaker = bundled.speaker()?;
    let special = speaker.tokenizer.special();
    let prompt = answer_prompt("what is left of the dog?");
    let example = tokenise_example(&speaker.tokenizer, speaker.model.image_tokens(), &prompt, Some("red apple"))?;
    let (mut x, mut y) = (MARGIN, 12.0);
    let mut drawing = Drawing::new(224.0);
    for (place, &id) in example.ids.iter().enumerate() {
        let (words, class) = match id {
            _ if id == special.image => (String::new(), "f0"),
            _ if id == special.bos => ("<bos>".to_owned(), "f3"),
            _ if id == special.newline => ("\\n".to_owned(), "f3"),
            _ if id == special.eos => ("<eos>".to_owned(), "f1"),
            _ if place < example.prefix_length => (speaker.tokenizer.decode(&[id])?, "f2"),
            _ => (speaker.tokenizer.decode(&[id])?, "f1"),
        };
        let width = if words.is_empty() { 22.0 } else { 12.0 + LETTER * words.trim().chars().count() as f64 };
        let starts_part = place == speaker.model.image_tokens() || place == example.prefix_length;
        if starts_part || x + width > WIDTH - MARGIN {
            (x, y) = (MARGIN, y + TOKEN + if starts_part { 12.0 } else { 4.0 });
        }
        drawing.rectangle([x, y, width, TOKEN], class, 0.35);
        drawing.text((x + width / 2.0, y + 16.0), "middle", "small", words.trim());
        x += width + 4.0;
    }
    for (index, (class, words)) in
        [("f0", "picture"), ("f2", "prompt"), ("f3", "marks"), ("f1", "answer, which is learnt")].iter().enumerate()
    {
        let x = MARGIN + 84.0 * index as f64;
        drawing.rectangle([x, 201.0, 12.0, 12.0], class, 0.6);
        drawing.text((x + 18.0, 212.0), "start", "quiet small", words);
    }
    Ok(drawing.finished())
}

/// Scenes, and for each thing in them how well every patch fits its name.
pub fn words_in_patches(bundled: &Bundled) -> Result<String> {
    let retriever = bundled.retriever()?;
    // All captions point roughly the same way: what they share says nothing about any of them.
    let nouns: Vec<&str> = bundled.held_out()?.nouns.sprites().iter().map(|sprite| sprite.caption.as_str()).collect();
    let middle = embed_captions(&retriever.model, &retriever.tokenizer, &nouns)?.mean_keepdim(0)?; // [1, d]
    let scenes = bundled.scenes(12)?;
    let chosen: Vec<_> = scenes.iter().filter(|scene| scene.objects.len() == 2).take(3).collect();
    let (step, side) = (148.0, 124.0);
    let mut drawing = Drawing::new(12.0 + step * chosen.len() as f64);
    for (row, scene) in chosen.iter().enumerate() {
        let y = 10.0 + step * row as f64;
        drawing.picture([14.0, y, side, side], scene.picture.clone())?;
        let tokens =
            retriever.model.patch_tokens(&retriever.model.preprocess(std::slice::from_ref(&scene.picture))?)?;
        let patches = retriever.model.encode_patches(&tokens.squeeze(0)?)?; // [n, d]
        let names: Vec<&str> = scene.objects.iter().map(|object| object.name.as_str()).collect();
        let words = embed_captions(&retriever.model, &retriever.tokenizer, &names)?; // [2, d]
        let scores = words.broadcast_sub(&middle)?.matmul(&patches.t()?)?.to_vec2::<f32>()?; // [2, n]
        for (index, (name, scores)) in names.iter().zip(&scores).enumerate() {
            let x = 14.0 + (side + 40.0) * (index + 1) as f64;
            let most = scores.iter().map(|score| score.abs()).fold(0.0, f32::max);
            drawing.picture([x, y, side, side], map_of(scores, most))?;
            drawing.rectangle([x, y, side, side], "frame", 0.5);
            drawing.text((x + side / 2.0, y + side + 16.0), "middle", "small", name);
        }
    }
    Ok(drawing.finished())
}

/// How many parameters each part of the bundled model has.
pub fn parameters(bundled: &Bundled) -> Result<String> {
    let weights = bundled.weights(Task::Vlm)?;
    let count = |part: &str| {
        weights.iter().filter(|(name, _)| name.starts_with(part)).map(|(_, w)| w.elem_count()).sum::<usize>()
    };
    let parts = [
        ("vision tower", "vision_tower."),
        ("projector", "multi_modal_projector."),
        ("the decoder's table of words", "language_model.model.embed_tokens."),
        ("the decoder's layers", "language_model.model.layers."),
    ];
    let counts: Vec<(&str, usize)> = parts.iter().map(|(name, part)| (*name, count(part))).collect();
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(1);
    let rows: Vec<Bar> = counts
        .into_iter()
        .map(|(name, count)| Bar {
            label: name.to_owned(),
            share: count as f64 / most as f64,
            value: format!("{} k", (count + 500) / 1000),
            baseline: None,
        })
        .collect();
    Ok(bars(&rows, ["", ""]))
}
