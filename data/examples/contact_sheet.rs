//! Writes a sheet of training pictures, scenes or nouns as one PNG, to look at.
//!
//! `cargo run -p data --example contact_sheet -- scenes.png scenes` (or `pictures`, `held-out`, `nouns`)

use std::{error::Error, time::Instant};

use data::{Artist, Augmentation, Composer, EmojiSet, single_picture};
use image::{GenericImage, RgbImage};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

const SIDE: u32 = 96;
const COLUMNS: u32 = 15;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, what] = &arguments[..] else {
        return Err("give a file to write and one of: scenes, pictures, held-out, nouns".into());
    };
    let emojis = EmojiSet::load()?;
    let mut rng = ChaCha8Rng::seed_from_u64(2026);
    let started = Instant::now();
    let pictures: Vec<RgbImage> = match what.as_str() {
        "scenes" => scenes(&emojis, &Artist::TRAINING, Augmentation::TRAINING, &mut rng)?,
        "held-out" => scenes(&emojis, &[Artist::HELD_OUT], Augmentation::NONE, &mut rng)?,
        "pictures" => {
            let gallery = emojis.training();
            let sprites = gallery.sprites().iter().step_by(gallery.len() / 150 + 1);
            sprites.map(|sprite| single_picture(sprite, SIDE, &Augmentation::TRAINING, &mut rng)).collect()
        }
        "nouns" => {
            let gallery = emojis.gallery(&Artist::ALL).nouns_only(emojis.nouns());
            let mut sprites: Vec<_> = gallery.sprites().iter().collect();
            sprites.sort_by_key(|sprite| (sprite.noun, sprite.source));
            sprites.iter().map(|sprite| single_picture(sprite, SIDE, &Augmentation::NONE, &mut rng)).collect()
        }
        other => return Err(format!("{other} is not one of: scenes, pictures, held-out, nouns").into()),
    };
    let microseconds = started.elapsed().as_micros() / pictures.len() as u128;
    println!("{} pictures of {SIDE}×{SIDE}, {microseconds} µs each", pictures.len());
    sheet(&pictures)?.save(path)?;
    Ok(())
}

/// Scenes with a white box around every object.
fn scenes(
    emojis: &EmojiSet,
    artists: &[Artist],
    augmentation: Augmentation,
    rng: &mut ChaCha8Rng,
) -> Result<Vec<RgbImage>, Box<dyn Error>> {
    let gallery = emojis.gallery(artists).nouns_only(emojis.nouns());
    let composer = Composer::new(&gallery, SIDE, augmentation)?;
    let scenes: Vec<_> = (0..150).map(|_| composer.compose(rng)).collect();
    Ok(scenes
        .into_iter()
        .map(|scene| {
            let mut picture = scene.picture;
            for object in &scene.objects {
                frame(&mut picture, object.bounds.to_pixels(SIDE, SIDE));
            }
            picture
        })
        .collect())
}

fn frame(picture: &mut RgbImage, [top, left, bottom, right]: [u32; 4]) {
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let inside = (left..right).contains(&x) && (top..bottom).contains(&y);
        let on_edge = x == left || x + 1 == right || y == top || y + 1 == bottom;
        if inside && on_edge {
            pixel.0 = [255; 3];
        }
    }
}

fn sheet(pictures: &[RgbImage]) -> Result<RgbImage, image::ImageError> {
    let rows = (pictures.len() as u32).div_ceil(COLUMNS);
    let mut sheet = RgbImage::new(COLUMNS * SIDE, rows * SIDE);
    for (index, picture) in (0..).zip(pictures) {
        sheet.copy_from(picture, index % COLUMNS * SIDE, index / COLUMNS * SIDE)?;
    }
    Ok(sheet)
}
