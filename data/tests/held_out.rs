//! What models are tested on, they have never seen.

use std::collections::HashMap;

use data::{Artist, EmojiSet, Source};

/// No sprite of the training gallery is by the held-out artist, and the other way round.
#[test]
fn the_held_out_artist_never_trains() {
    assert!(!Artist::TRAINING.contains(&Artist::HELD_OUT), "the held-out artist is among those we train on");
    let emojis = EmojiSet::load().expect("the bundled files are complete");
    let held_out = Source::Artist(Artist::HELD_OUT);
    assert!(emojis.training().sprites().iter().all(|sprite| sprite.source != held_out));
    assert!(emojis.held_out().sprites().iter().all(|sprite| sprite.source == held_out));
    let nouns = emojis.training().nouns_only(emojis.nouns());
    assert!(nouns.sprites().iter().all(|sprite| sprite.source != held_out), "picking nouns let held-out sprites in");
}

/// No held-out drawing is the copy of a training drawing, pixel for pixel.
#[test]
fn no_held_out_drawing_is_a_copy() {
    let emojis = EmojiSet::load().expect("the bundled files are complete");
    let training = emojis.training();
    let by_pixels: HashMap<&[u8], &str> =
        training.sprites().iter().map(|sprite| (sprite.image.as_raw().as_slice(), sprite.caption.as_str())).collect();
    for sprite in emojis.held_out().sprites() {
        let copy = by_pixels.get(sprite.image.as_raw().as_slice());
        assert_eq!(copy, None, "{} is drawn with the very same pixels in a training set", sprite.caption);
    }
}
