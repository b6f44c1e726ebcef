//! Writes one scene by the artist that no model is trained on: a picture to try commands with.
//!
//! `cargo run -p data --example scene -- scene.png "dog and red apple"`

use std::error::Error;

use data::{Augmentation, Composer, EmojiSet};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

const SIDE: u32 = 128;

/// Among so many scenes, any two of the hundred nouns stand side by side many times.
const MOST_SCENES: usize = 500_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, caption] = &arguments[..] else {
        return Err("give a file to write and what is to be seen, from left to right: \"dog and red apple\"".into());
    };
    let emojis = EmojiSet::load()?;
    let gallery = emojis.held_out().nouns_only(emojis.nouns());
    let composer = Composer::new(&gallery, SIDE, Augmentation::NONE)?;
    let rng = &mut ChaCha8Rng::seed_from_u64(2026);
    let mut scenes = (0..MOST_SCENES).map(|_| composer.compose(rng));
    let scene = scenes.find(|scene| scene.caption() == *caption);
    let scene = scene.ok_or_else(|| format!("no scene shows '{caption}'; data/emoji/nouns.txt lists the nouns"))?;
    scene.picture.save(path)?;
    Ok(())
}
