//! A small world for the specifications of this chapter: five nouns, a tiny vision-language model, a fixed source.
#![allow(dead_code)] // every specification uses a part of it

use std::sync::Arc;

use autoregressive_training::preset::vlm_config;
use autoregressive_training::{ExampleSource, GenerativeObjective, TaskExample, VisionLanguageModel, VlmConfig};
use candle_core::DType;
use data::{Artist, DataError, Gallery, Noun, Source, Sprite};
use foundations::{LoraConfig, Params};
use image::{Rgb, RgbImage, Rgba, RgbaImage};
use projection::Frozen;
use siglip_training::Tokenizer;
use siglip_training::preset::PICO;
use spec::device;

pub type Outcome = Result<(), Box<dyn std::error::Error>>;

pub const WORDS: [&str; 5] = ["dog", "cat", "red apple", "house", "key"];

pub fn nouns() -> Vec<Noun> {
    WORDS.iter().enumerate().map(|(emoji, word)| Noun { emoji, word: (*word).to_owned() }).collect()
}

/// One drawing of each noun, a disc of its own colour, and one of a face that is no noun.
pub fn gallery() -> Gallery {
    let sprite = |emoji: usize| {
        let colour = |channel: usize| (emoji * (70 + 31 * channel) % 256) as u8;
        let image = RgbaImage::from_fn(64, 64, |x, y| match (x as i32 - 32).pow(2) + (y as i32 - 32).pow(2) < 900 {
            true => Rgba([colour(0), colour(1), colour(2), 255]),
            false => Rgba([0, 0, 0, 0]),
        });
        Sprite {
            image: Arc::new(image),
            emoji: Some(emoji),
            noun: None,
            caption: WORDS.get(emoji).map_or("grinning face".to_owned(), |word| format!("{word} emoji")),
            keywords: Vec::new(),
            may_be_mirrored: true,
            source: Source::Artist(Artist::Noto),
        }
    };
    Gallery::new((0..=WORDS.len()).map(sprite).collect())
}

/// The nouns under their plain words: what scenes are made of.
pub fn noun_gallery() -> Gallery {
    gallery().nouns_only(&nouns())
}

/// Words of this world, often enough to become tokens.
pub fn tokenizer() -> Tokenizer {
    let texts = WORDS.into_iter().chain(["caption en", "answer en what is this?", "detect and", "yes no 1 2 3", ";"]);
    Tokenizer::train(texts, 1100).expect("a tokenizer of plain words")
}

pub fn config(tokenizer: &Tokenizer, lora: Option<LoraConfig>) -> VlmConfig {
    vlm_config(&PICO, tokenizer.vocabulary(), lora)
}

/// Random parameters of a tiny model.
pub fn fresh(seed: u64, tokenizer: &Tokenizer, lora: Option<LoraConfig>) -> candle_core::Result<Params> {
    let params = Params::new(seed, DType::F32, &device());
    VisionLanguageModel::initialise(&config(tokenizer, lora), tokenizer.special(), &params)?;
    Ok(params)
}

/// The model of these parameters, for training.
pub fn model(params: &Params, tokenizer: &Tokenizer) -> candle_core::Result<VisionLanguageModel> {
    VisionLanguageModel::new(&config(tokenizer, None), tokenizer.special().image, params.builder())
}

/// The model of these parameters, for answering.
pub fn detached(params: &Params, tokenizer: &Tokenizer) -> candle_core::Result<VisionLanguageModel> {
    VisionLanguageModel::new(&config(tokenizer, None), tokenizer.special().image, params.detached_builder())
}

/// A picture of two colours, split along one of its diagonals or sides.
pub fn picture(kind: u32) -> RgbImage {
    RgbImage::from_fn(32, 32, |x, y| {
        let first = match kind % 4 {
            0 => x < 16,
            1 => y < 16,
            2 => x < y,
            _ => (x / 8 + y / 8) % 2 == 0,
        };
        if first { Rgb([220, (40 * kind % 256) as u8, 30]) } else { Rgb([20, 60, 200]) }
    })
}

pub fn example(kind: u32, prompt: &str, answer: &str) -> TaskExample {
    TaskExample { picture: picture(kind), prompt: prompt.to_owned(), answer: answer.to_owned() }
}

/// Two captions, a question and a detection; prompts and answers of different lengths.
pub fn examples() -> Vec<TaskExample> {
    vec![
        example(0, "caption en", "dog and red apple"),
        example(1, "caption en", "house"),
        example(1, "answer en what is this?", "yes"),
        example(3, "detect cat", "<loc0100><loc0200><loc0700><loc0900> cat"),
    ]
}

/// The same examples at every step.
pub struct Fixed(pub Vec<TaskExample>);

impl ExampleSource for Fixed {
    fn example(&self, _: u64, row: u64) -> Result<TaskExample, DataError> {
        Ok(self.0[row as usize].clone())
    }

    fn batch_size(&self) -> usize {
        self.0.len()
    }
}

/// Training on [`examples`] with something frozen; the vision tower joins at step `vision_starts`.
pub fn objective(
    params: &Params,
    tokenizer: &Tokenizer,
    lora: Option<LoraConfig>,
    frozen: &Frozen,
    vision_starts: u64,
) -> candle_core::Result<GenerativeObjective> {
    let source = Box::new(Fixed(examples()));
    GenerativeObjective::new(&config(tokenizer, lora), params, tokenizer.clone(), source, frozen, vision_starts)
}
