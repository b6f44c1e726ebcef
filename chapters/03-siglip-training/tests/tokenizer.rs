//! Specification of the tokenizer: words become numbers, and come back.

mod support;

use siglip_training::tokenizer::{LOCATION_BINS, location_token};
use siglip_training::{SpecialTokens, Tokenizer, TokenizerError};
use spec::proptest::prelude::*;
use support::{Outcome, WORDS, name, tokenizer};

/// `<pad>`, `<eos>` and `<bos>` are 0, 1 and 2 in PaliGemma; a checkpoint without its tokenizer is worth nothing, so
/// these numbers never change.
#[test]
fn special_tokens_have_the_numbers_of_the_table() {
    let special = SpecialTokens { pad: 0, eos: 1, bos: 2, image: 5, newline: 4, first_location: 6 };
    assert_eq!(*tokenizer().special(), special, "<pad> <eos> <bos> <unk> \\n <image> <loc0000> …, from 0");
}

/// The numbers do not depend on what the tokenizer was trained on.
#[test]
fn special_tokens_do_not_depend_on_the_texts() -> Outcome {
    let other = Tokenizer::train(["something else entirely"].into_iter(), 1100)?;
    assert_eq!(other.special(), tokenizer().special(), "two tokenizers agree on the special tokens");
    Ok(())
}

/// The line break ends the prompt, so it is one token, alone and between words.
#[test]
fn a_line_break_is_one_token() -> Outcome {
    let tokenizer = tokenizer();
    assert_eq!(tokenizer.encode("\n")?, [4], "a line break is token 4");
    let joined = tokenizer.encode("dog\ncat")?;
    let expected = [tokenizer.encode("dog")?, vec![4], tokenizer.encode("cat")?].concat();
    assert_eq!(joined, expected, "words on both sides of a line break are encoded as if they stood alone");
    Ok(())
}

/// Each of the 1,024 coordinate bins is one token, and they are in order.
#[test]
fn a_location_is_one_token() -> Outcome {
    let tokenizer = tokenizer();
    for bin in [0, 1, 511, LOCATION_BINS - 1] {
        assert_eq!(tokenizer.encode(&location_token(bin))?, [6 + bin], "bin {bin} is token 6 + {bin}");
    }
    assert_eq!(location_token(7), "<loc0007>", "four digits, as PaliGemma writes them");
    Ok(())
}

/// Boxes come back from their tokens letter by letter, with the names between them.
#[test]
fn a_detection_answer_survives_the_round_trip() -> Outcome {
    let tokenizer = tokenizer();
    let answer = "<loc0001><loc0020><loc0300><loc1023> red apple";
    assert_eq!(tokenizer.decode(&tokenizer.encode(answer)?)?, answer, "locations and words come back");
    Ok(())
}

/// A line break between words is part of an answer; one at its end is not.
#[test]
fn line_breaks_between_words_are_kept() -> Outcome {
    let tokenizer = tokenizer();
    let written = [tokenizer.encode("dog")?, vec![4], tokenizer.encode("cat")?, vec![4]].concat();
    let text = tokenizer.decode(&written)?;
    assert_eq!(text.lines().map(str::trim).collect::<Vec<_>>(), ["dog", "cat"], "two lines stay two lines");
    Ok(())
}

/// What ends or fills a row is not part of the text.
#[test]
fn special_tokens_are_not_part_of_the_text() -> Outcome {
    let tokenizer = tokenizer();
    let words = tokenizer.encode("red apple")?;
    let framed = [&[5, 5, 2], &words[..], &[1, 0, 0]].concat();
    assert_eq!(tokenizer.decode(&framed)?, "red apple", "<image>, <bos>, <eos> and <pad> are dropped");
    Ok(())
}

/// In Gemma's vocabulary the words stand *before* the locations: being special is no matter of small numbers.
#[test]
fn words_may_stand_before_the_locations() -> Outcome {
    let mut json: serde_json::Value = serde_json::from_str(&tokenizer().to_json()?)?;
    let (words, locations) = (tokenizer().encode("dog")?, tokenizer().encode("<loc0000>")?);
    swap_numbers(&mut json, words[0], locations[0]);
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), json.to_string())?;
    let swapped = Tokenizer::load(file.path())?;
    let ids = swapped.encode("<loc0000> dog")?;
    assert!(ids[1] < ids[0], "in this vocabulary the word has the smaller number: {ids:?}");
    assert_eq!(swapped.decode(&ids)?, "<loc0000> dog", "words and locations are kept, wherever they stand");
    Ok(())
}

/// Exchanges two numbers wherever a tokenizer file mentions them.
fn swap_numbers(json: &mut serde_json::Value, a: u32, b: u32) {
    let swapped = |number: u64| if number == u64::from(a) { b } else { a };
    let is_one = |value: &serde_json::Value| value.as_u64().is_some_and(|n| n == u64::from(a) || n == u64::from(b));
    let vocabulary = json["model"]["vocab"].as_object_mut().expect("a vocabulary");
    for number in vocabulary.values_mut().filter(|number| is_one(number)) {
        *number = swapped(number.as_u64().expect("a number")).into();
    }
    for token in json["added_tokens"].as_array_mut().expect("added tokens") {
        if is_one(&token["id"]) {
            token["id"] = swapped(token["id"].as_u64().expect("a number")).into();
        }
    }
}

/// The order in which a hash map happens to iterate must not show.
#[test]
fn the_same_texts_give_the_same_tokenizer() -> Outcome {
    let first = tokenizer().to_json()?;
    for _ in 0..3 {
        assert!(tokenizer().to_json()? == first, "training twice on the same texts gives the same file");
    }
    Ok(())
}

/// The file is the tokenizer.
#[test]
fn a_saved_tokenizer_reads_like_the_original() -> Outcome {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), tokenizer().to_json()?)?;
    let loaded = Tokenizer::load(file.path())?;
    assert_eq!((loaded.special(), loaded.vocabulary()), (tokenizer().special(), tokenizer().vocabulary()));
    for text in (0..10).map(name).chain(["<loc0005> dog\n".to_owned(), "zebra ¿?".to_owned()]) {
        assert_eq!(loaded.encode(&text)?, tokenizer().encode(&text)?, "{text:?} is encoded alike after loading");
    }
    Ok(())
}

/// Gemma's tokens for single bytes are told by their spelling, all of it.
#[test]
fn a_byte_is_told_by_its_spelling() -> Outcome {
    let mut json: serde_json::Value = serde_json::from_str(&tokenizer().to_json()?)?;
    let first = tokenizer().vocabulary();
    let spellings = [("<0xE2>", true), ("<0xE2)", false), ("(0xE2>", false), ("<0xE2E2>", false), ("sixsix", false)];
    for (index, (spelling, _)) in spellings.into_iter().enumerate() {
        let token = serde_json::json!({ "id": first + index, "content": spelling, "single_word": false, "lstrip": false,
            "rstrip": false, "normalized": false, "special": false });
        json["added_tokens"].as_array_mut().ok_or("there are added tokens")?.push(token);
    }
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), json.to_string())?;
    let loaded = Tokenizer::load(file.path())?;
    for (spelling, is_byte) in spellings {
        let ids = loaded.encode(spelling)?;
        let byte = ids.iter().any(|&id| loaded.is_byte(id));
        assert_eq!(byte, is_byte, "{spelling}, encoded as {ids:?}");
    }
    Ok(())
}

/// A tokenizer of another kind of model would encode everything and mean something else.
#[test]
fn a_file_without_the_special_tokens_is_refused() -> Outcome {
    let json = tokenizer().to_json()?.replace("<image>", "<picture>");
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), json)?;
    let error = Tokenizer::load(file.path()).expect_err("there is no <image>");
    assert!(matches!(&error, TokenizerError::MissingToken(token) if token == "<image>"), "it is named: {error}");
    Ok(())
}

/// A missing or damaged file is an error that names the file.
#[test]
fn a_damaged_file_is_refused() -> Outcome {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), &tokenizer().to_json()?[..100])?;
    let error = Tokenizer::load(file.path()).expect_err("half a file").to_string();
    assert!(error.contains(&file.path().display().to_string()), "the error names the file: {error}");
    assert!(Tokenizer::load(std::path::Path::new("no/such/tokenizer.json")).is_err());
    Ok(())
}

/// A decoder that the library does not know, at the top or in a sequence, would end the program.
#[test]
fn an_unknown_decoder_is_refused() -> Outcome {
    let mut json: serde_json::Value = serde_json::from_str(&tokenizer().to_json()?)?;
    let file = tempfile::NamedTempFile::new()?;
    let known = json["decoder"].clone();
    for decoder in [
        serde_json::json!({ "type": "Metaspade" }),
        serde_json::json!({}),
        serde_json::json!(7),
        serde_json::json!({ "type": "Sequence", "decoders": [known, { "type": "Metaspade" }] }),
    ] {
        json["decoder"] = decoder;
        std::fs::write(file.path(), json.to_string())?;
        let error = Tokenizer::load(file.path()).expect_err("no such decoder").to_string();
        assert!(error.contains("decoder") && error.contains(&file.path().display().to_string()), "{error}");
    }
    let text = tokenizer().to_json()?;
    let within = text.find("\"decoder\"").expect("it has one") + 20;
    std::fs::write(file.path(), &text[..within])?;
    assert!(Tokenizer::load(file.path()).is_err(), "a file that breaks off in the decoder");
    Ok(())
}

/// Frequent words become one token each; that is what the merges are for.
#[test]
fn a_frequent_word_is_one_token() -> Outcome {
    for word in ["dog", "house", "tulip"] {
        assert_eq!(tokenizer().encode(word)?.len(), 1, "'{word}' is in the texts and needs one token");
    }
    Ok(())
}

/// SigLIP 2 lower-cases everything.
#[test]
fn capitals_do_not_matter() -> Outcome {
    assert_eq!(tokenizer().encode("Red APPLE")?, tokenizer().encode("red apple")?, "everything is lower-cased");
    Ok(())
}

proptest! {
    #![proptest_config(spec::cases(32))]

    /// Captions of this world, joined in any way, come back as they were.
    #[test]
    fn captions_survive_the_round_trip(things in prop::collection::vec(0usize..WORDS.len(), 1..4)) {
        let caption = things.iter().map(|&thing| WORDS[thing]).collect::<Vec<_>>().join(" and ");
        let tokenizer = Tokenizer::train(WORDS.into_iter().chain(["and"]), 1200)?;
        prop_assert_eq!(tokenizer.decode(&tokenizer.encode(&caption)?)?, caption, "decode(encode(caption)) = caption");
    }

    /// Whatever a user types: no failure, and no number outside the vocabulary.
    #[test]
    fn any_text_can_be_encoded(text in "\\PC{0,24}") {
        let tokenizer = tokenizer();
        let ids = tokenizer.encode(&text)?;
        let vocabulary = tokenizer.vocabulary() as u32;
        prop_assert!(ids.iter().all(|&id| id < vocabulary), "{text:?} became {ids:?}, beyond {vocabulary}");
        tokenizer.decode(&ids)?;
    }
}
