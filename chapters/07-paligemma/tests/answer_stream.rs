//! An answer in pieces: together they are the answer, and none is held back for longer than it must be.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use paligemma::answer_stream::AnswerStream;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::json;
use siglip_training::Tokenizer;

/// The first of the 256 byte tokens that follow the 82 words of the fixture's tokenizer; locations and `<image>` come behind.
const FIRST_BYTE: u32 = 82;
/// How many tokens there are then.
const TOKENS: u32 = 82 + 256 + 1024 + 1;

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/fixtures/paligemma/tokenizer.json")
}

/// The fixture's tokenizer with byte tokens and a decoder as in Gemma's: `▁` is a space, bytes become characters, all is joined.
fn with_bytes() -> Tokenizer {
    let mut json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(fixture()).expect("the fixture")).expect("JSON");
    let vocabulary = json["model"]["vocab"].as_object_mut().expect("a vocabulary");
    for byte in 0..256u32 {
        vocabulary.insert(format!("<0x{byte:02X}>"), json!(FIRST_BYTE + byte));
    }
    json["model"]["byte_fallback"] = json!(true);
    json["decoder"]["decoders"].as_array_mut().expect("decoders").insert(1, json!({ "type": "ByteFallback" }));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("tokenizer.json");
    std::fs::write(&path, json.to_string()).expect("room");
    let tokenizer = Tokenizer::load(&path).expect("a tokenizer");
    assert_eq!(
        tokenizer.decode(&[FIRST_BYTE + u32::from(b'A')]).expect("a byte"),
        "A",
        "bytes are where they should be"
    );
    assert_eq!(tokenizer.vocabulary() as u32, TOKENS);
    tokenizer
}

/// The pieces, the rest last.
fn pieces(tokenizer: &Tokenizer, tokens: &[u32]) -> Vec<String> {
    let mut stream = AnswerStream::new(tokenizer);
    let mut pieces: Vec<String> = tokens.iter().map(|token| stream.push(*token).expect("a token")).collect();
    pieces.push(stream.finish().expect("tokens"));
    pieces
}

fn byte(byte: u8) -> u32 {
    FIRST_BYTE + u32::from(byte)
}

/// Words, spaces, special tokens and locations; bytes that are a character, and bytes that are none.
fn tokens() -> impl Strategy<Value = Vec<u32>> {
    let token = prop_oneof![
        3 => (0..TOKENS).prop_map(|token| vec![token]),
        3 => (0..FIRST_BYTE).prop_map(|token| vec![token]),
        2 => any::<char>().prop_map(|letter| letter.to_string().bytes().map(byte).collect()),
        1 => any::<u8>().prop_map(|raw| vec![byte(raw)]),
    ];
    prop::collection::vec(token, 0..12).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, rng_seed: RngSeed::Fixed(0), ..ProptestConfig::default() })]

    /// Whatever the tokens, nothing is lost, doubled or taken back.
    #[test]
    fn the_pieces_together_are_the_answer(tokens in tokens()) {
        static TOKENIZER: LazyLock<Tokenizer> = LazyLock::new(with_bytes);
        let tokenizer = &*TOKENIZER;
        let whole = tokenizer.decode(&tokens).expect("tokens");
        prop_assert_eq!(pieces(tokenizer, &tokens).concat(), whole, "{:?} (left: the pieces)", tokens);
    }
}

/// A word is there with its last token; its space comes with it.
#[test]
fn words_come_one_by_one() {
    let tokenizer = Tokenizer::load(&fixture()).expect("the fixture");
    let tokens = tokenizer.encode("a red dog").expect("plain words");
    let pieces = pieces(&tokenizer, &tokens);
    assert_eq!(pieces.concat(), "a red dog");
    assert!(pieces.iter().filter(|piece| !piece.is_empty()).count() >= 3, "three words at the least: {pieces:?}");
    assert_eq!(pieces.last().map(String::as_str), Some(""), "nothing is left for the end: {pieces:?}");
}

/// Four bytes are one character, and a quarter of it is never shown.
#[test]
fn bytes_are_kept_back_until_they_are_a_character() {
    let tokenizer = with_bytes();
    let dog = tokenizer.encode(" dog").expect("a word");
    let bytes: Vec<u32> = "🐕".bytes().map(byte).collect();
    let ended = pieces(&tokenizer, &bytes);
    assert_eq!(ended, ["", "", "", "", "🐕"], "the character is there at the end");
    let followed = pieces(&tokenizer, &[bytes, dog].concat());
    assert_eq!(followed.concat(), "🐕 dog");
    assert!(followed[..4].iter().all(String::is_empty), "no part of it before: {followed:?}");
}
