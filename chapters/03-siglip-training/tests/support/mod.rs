//! A small world for the specifications of this chapter: ten things, drawn by two artists, and a tiny model.
#![allow(dead_code)] // every specification uses a part of it

use std::sync::Arc;

use data::{Artist, Augmentation, Gallery, Noun, Source, Sprite};
use foundations::Params;
use foundations::optim::{Optimizer, Schedule, adamw_only};
use image::{Rgba, RgbaImage};
use siglip_training::preset::PICO;
use siglip_training::{
    ContrastiveLoss, ContrastiveObjective, DualEncoder, DualEncoderConfig, Lock, PairConfig, PairSampler, Tokenizer,
    Trainer,
};
use spec::device;

pub type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Plain words; the emoji of the same number is called "dog emoji", and so on.
pub const WORDS: [&str; 6] = ["dog", "cat", "red apple", "house", "key", "tulip"];

/// Things that are no nouns.
pub const OTHERS: [&str; 4] = ["grinning face", "left arrow", "heart suit", "input numbers"];

pub fn nouns() -> Vec<Noun> {
    WORDS.iter().enumerate().map(|(emoji, word)| Noun { emoji, word: (*word).to_owned() }).collect()
}

/// The name of an emoji of this world.
pub fn name(emoji: usize) -> String {
    if emoji < WORDS.len() { format!("{} emoji", WORDS[emoji]) } else { OTHERS[emoji - WORDS.len()].to_owned() }
}

/// A striped disc: colour and stripes say what it is; the artists differ by shades.
pub fn sprite(emoji: usize, artist: Artist) -> Sprite {
    let shade = if artist == Artist::Noto { 30 } else { 0 };
    let colour = |channel: usize| ((emoji * (70 + 31 * channel) + 40 * channel) % 226) as u8 + shade as u8;
    let stripe = |x: u32, y: u32| (x * (emoji as u32 % 3) + y * (emoji as u32 / 3)) % 28 < 14;
    let image = RgbaImage::from_fn(64, 64, |x, y| match (x as i32 - 32).pow(2) + (y as i32 - 32).pow(2) < 900 {
        false => Rgba([0, 0, 0, 0]),
        true if stripe(x, y) => Rgba([colour(0), colour(1), colour(2), 255]),
        true => Rgba([255 - colour(0), colour(2), colour(1), 255]),
    });
    Sprite {
        image: Arc::new(image),
        emoji: Some(emoji),
        noun: None,
        caption: name(emoji),
        keywords: (0..4).map(|number| format!("keyword{number} of {}", name(emoji))).collect(),
        may_be_mirrored: true,
        source: Source::Artist(artist),
    }
}

/// All ten things by the artists given.
pub fn gallery(artists: &[Artist]) -> Gallery {
    let things = 0..WORDS.len() + OTHERS.len();
    Gallery::new(artists.iter().flat_map(|artist| things.clone().map(|emoji| sprite(emoji, *artist))).collect())
}

pub fn training_gallery() -> Gallery {
    gallery(&[Artist::Twemoji, Artist::Noto])
}

pub fn pair_config() -> PairConfig {
    PairConfig {
        batch_size: 8,
        side: 32,
        small_until: 0,
        noun_share: 0.375,
        scene_share: 0.125,
        keyword_probability: 0.0,
        augmentation: Augmentation::TRAINING,
    }
}

/// The four things that are no nouns, always drawn alike: easy to tell apart.
pub fn four_things() -> PairConfig {
    let augmentation = Augmentation::NONE;
    PairConfig { batch_size: 4, noun_share: 0.0, scene_share: 0.0, augmentation, ..pair_config() }
}

/// Words of this world, often enough to become tokens.
pub fn tokenizer() -> Tokenizer {
    let texts: Vec<String> = (0..10).map(name).chain(WORDS.map(str::to_owned)).collect();
    Tokenizer::train(texts.iter().map(String::as_str), 1200).expect("a tokenizer of plain words")
}

/// A model of the smallest size.
pub fn dual_encoder(seed: u64, tokenizer: &Tokenizer) -> candle_core::Result<(Params, DualEncoder)> {
    let params = Params::new(seed, candle_core::DType::F32, &device());
    let model = DualEncoder::initialise(&config(tokenizer), &params)?;
    Ok((params, model))
}

pub fn config(tokenizer: &Tokenizer) -> DualEncoderConfig {
    PICO.dual_encoder(tokenizer.vocabulary())
}

/// Everything that a run needs: parameters, what is minimised, and the loop.
pub struct Run {
    pub params: Params,
    pub objective: ContrastiveObjective,
    pub trainer: Trainer,
}

impl Run {
    pub fn new(seed: u64, loss: ContrastiveLoss, lock: Lock) -> Result<Self, Box<dyn std::error::Error>> {
        Self::with_pairs(seed, loss, lock, pair_config())
    }

    pub fn with_pairs(
        seed: u64,
        loss: ContrastiveLoss,
        lock: Lock,
        pairs: PairConfig,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let tokenizer = tokenizer();
        let (params, _) = dual_encoder(seed, &tokenizer)?;
        let builder = params.builder_with_frozen(move |name| lock.is_frozen(name));
        let model = DualEncoder::new(&config(&tokenizer), builder)?;
        let sampler = PairSampler::new(training_gallery(), &nouns(), pairs, 1)?;
        let objective = ContrastiveObjective::new(model, params.clone(), tokenizer, sampler, loss);
        let learning = params.all().into_iter().filter(|(name, _)| !lock.is_frozen(name)).collect();
        let trainer = Trainer::new(Optimizer::new(learning, adamw_only, Some(1.0))?, Schedule::Constant);
        Ok(Self { params, objective, trainer })
    }

    /// Every number of every parameter, as bits.
    pub fn bits(&self) -> Vec<(String, Vec<u32>)> {
        bits(&self.params)
    }

    pub fn losses(&mut self, steps: usize) -> Result<Vec<f32>, Box<dyn std::error::Error>> {
        (0..steps).map(|_| Ok(self.trainer.train_step(&self.objective)?.loss)).collect()
    }
}

pub fn bits(params: &Params) -> Vec<(String, Vec<u32>)> {
    let values = |tensor: &candle_core::Tensor| tensor.flatten_all()?.to_vec1::<f32>();
    let bits = |variable: &candle_core::Var| values(variable).expect("f32 parameters").into_iter().map(f32::to_bits);
    params.all().into_iter().map(|(name, variable)| (name, bits(&variable).collect())).collect()
}
