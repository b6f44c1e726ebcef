//! What the bundled files hold.

use std::collections::BTreeSet;

use data::{Artist, EasyVqa, EmojiSet, Split};

fn emojis() -> EmojiSet {
    EmojiSet::load().expect("the bundled files are complete")
}

/// Every artist drew as many emojis as the README says.
#[test]
fn every_artist_has_as_many_drawings_as_stated() {
    let emojis = emojis();
    assert_eq!(emojis.entries().len(), 1644, "emoji.json lists every base emoji but flags and components");
    let expected = [
        (Artist::Twemoji, 1644),
        (Artist::Noto, 1644),
        (Artist::EmojiOne, 1080),
        (Artist::NotoBlobs, 1214),
        (Artist::FluentFlat, 1586),
    ];
    for (artist, count) in expected {
        assert_eq!(emojis.gallery(&[artist]).len(), count, "drawings by {artist:?}");
    }
    assert_eq!(emojis.training().len(), 1644 + 1644 + 1080 + 1214);
    assert_eq!(emojis.held_out().len(), 1586);
}

/// Every emoji has a name in every language; no name is a leftover of another form.
#[test]
fn every_emoji_has_names() {
    let mut untranslated = 0;
    for emoji in emojis().entries() {
        assert!(!emoji.name.is_empty() && emoji.name == emoji.name.to_lowercase(), "{} has no plain name", emoji.glyph);
        assert!(!emoji.keywords.contains(&emoji.name), "{}: the name is repeated as a keyword", emoji.name);
        untranslated +=
            usize::from(["de", "es", "fr", "it"].iter().any(|code| !emoji.translations.contains_key(*code)));
    }
    assert_eq!(untranslated, 0, "every emoji has a German, Spanish, French and Italian name");
}

/// Flags, skin tones and parts of emojis cannot be told by looking, so they are left out.
#[test]
fn flags_and_skin_tones_are_left_out() {
    for emoji in emojis().entries() {
        let is_flag = emoji.glyph.chars().any(|letter| ('\u{1f1e6}'..='\u{1f1ff}').contains(&letter));
        let has_tone = emoji.glyph.chars().any(|letter| ('\u{1f3fb}'..='\u{1f3ff}').contains(&letter));
        assert!(!is_flag && !has_tone, "{} should not be here", emoji.name);
    }
}

/// There are a hundred nouns with different words, and all five artists drew each.
#[test]
fn a_hundred_nouns_are_drawn_by_everyone() {
    let emojis = emojis();
    let words: BTreeSet<&str> = emojis.nouns().iter().map(|noun| noun.word.as_str()).collect();
    let pictures: BTreeSet<usize> = emojis.nouns().iter().map(|noun| noun.emoji).collect();
    assert_eq!((words.len(), pictures.len(), emojis.nouns().len()), (100, 100, 100), "no word and no emoji twice");
    for word in words {
        assert!(word.split(' ').count() <= 2, "{word:?} has more than two words");
        assert!(word.chars().all(|letter| letter.is_ascii_lowercase() || letter == ' '), "{word:?} is not plain");
    }
    for artist in Artist::ALL {
        assert_eq!(emojis.gallery(&[artist]).nouns_only(emojis.nouns()).len(), 100, "nouns drawn by {artist:?}");
    }
}

/// Among the nouns, sprites are called by the noun's word, not by Unicode's name.
#[test]
fn noun_galleries_use_the_plain_word() {
    let emojis = emojis();
    let gallery = emojis.held_out().nouns_only(emojis.nouns());
    for sprite in gallery.sprites() {
        let noun = &emojis.nouns()[sprite.noun.expect("a noun gallery holds nouns")];
        assert_eq!((sprite.caption.as_str(), sprite.emoji), (noun.word.as_str(), Some(noun.emoji)));
    }
    let captions = gallery.by_caption();
    assert!(captions.contains_key("ladybird") && !captions.contains_key("lady beetle"));
}

/// An emoji is found by itself, with or without the invisible U+FE0F, by its name and by its noun.
#[test]
fn emojis_are_found_by_glyph_and_by_name() {
    let emojis = emojis();
    let ladybird = emojis.find("ladybird");
    assert!(ladybird.is_some());
    for text in ["🐞", "🐞\u{fe0f}", "lady beetle", " Ladybird "] {
        assert_eq!(emojis.find(text), ladybird, "{text:?} is the ladybird");
    }
    assert_eq!(emojis.find("no such thing"), None);
    assert_eq!(emojis.find(""), None, "an empty text is no emoji");
}

/// The same cell is the same emoji for every artist: the red apple is reddish in all five sheets.
#[test]
fn sheets_share_one_grid() {
    let emojis = emojis();
    let apple = emojis.find("red apple");
    for artist in Artist::ALL {
        let gallery = emojis.gallery(&[artist]);
        let sprite = gallery.sprites().iter().find(|sprite| sprite.emoji == apple).expect("everyone drew an apple");
        let (mut red, mut blue) = (0_u64, 0_u64);
        for pixel in sprite.image.pixels().filter(|pixel| pixel[3] > 128) {
            red += u64::from(pixel[0]);
            blue += u64::from(pixel[2]);
        }
        assert!(red > 2 * blue, "{artist:?}'s red apple is not red: its cell holds another emoji");
    }
}

/// easy-VQA is the authors' own split.
#[test]
fn easy_vqa_is_complete() {
    for (split, pictures, questions) in [(Split::Train, 4000, 38_575), (Split::Test, 1000, 9_673)] {
        let set = EasyVqa::load(split).expect("the bundled files are complete");
        assert_eq!(
            (set.pictures.len(), set.questions.len(), set.answers.len()),
            (pictures, questions, 13),
            "{split:?}"
        );
        assert!(set.pictures.iter().all(|picture| picture.dimensions() == (64, 64)));
        assert!(set.questions.iter().all(|question| question.picture < pictures && question.answer < 13));
        let first = &set.questions[0];
        assert_eq!((first.picture, first.text.starts_with(char::is_lowercase)), (0, true));
    }
}

/// The first training question, as published, came through the packing.
#[test]
fn easy_vqa_keeps_questions_and_answers_together() {
    let set = EasyVqa::load(Split::Train).expect("the bundled files are complete");
    let asked: Vec<(&str, &str)> = set.questions[..2]
        .iter()
        .map(|question| (question.text.as_str(), set.answers[question.answer].as_str()))
        .collect();
    assert_eq!(asked, [("what is the blue shape?", "rectangle"), ("what color is the shape?", "blue")]);
    let blue = set.pictures[0].pixels().filter(|pixel| pixel[2] > 150 && pixel[0] < 100).count();
    assert!(blue > 50, "picture 0 shows a blue shape, but only {blue} of its pixels are blue");
}
