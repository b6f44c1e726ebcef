//! PaliGemma and PaliGemma 2: two rows of different lengths, grouped queries, no square width.

mod support;

use candle_core::DType;
use paligemma::load::Speaker;
use paligemma::trace::trace;
use parity::{Expected, VALUES, assert_agrees};
use support::{
    assert_answer_logits_agree, assert_gradients_agree, assert_greedy_answers_agree, assert_layers_agree, batch,
    examples, speaker,
};

/// Every station on the way, from the patches to the loss.
#[test]
fn every_layer_computes_what_transformers_computes() {
    assert_layers_agree("paligemma");
}

/// The same with a Gemma 2: four norms in a layer, bent scores and logits, and two layers of three that look back over six
/// tokens, less than the way from the answer to the picture.
#[test]
fn every_layer_of_paligemma_2_computes_what_transformers_computes() {
    assert_layers_agree("paligemma2");
}

/// Half precision, in shards, under the names of newer files; computed in f32, as a CPU does.
#[test]
fn small_weights_in_shards_compute_the_same() {
    let mut expected = Expected::open("paligemma-bf16");
    let speaker = speaker("paligemma-bf16");
    assert_eq!(speaker.model.dtype(), DType::BF16, "weights stay as small as they are stored");
    let batch = batch();
    let ours = trace(&speaker.model, &batch).expect("the model runs");
    assert_agrees("image_features", &ours["image_features"], &expected.tensor("image_features"), VALUES);
    assert_answer_logits_agree("paligemma-bf16", &mut expected, &ours["logits"], &batch);
}

/// Training goes the same way: every parameter's gradient.
#[test]
fn every_gradient_is_the_one_that_transformers_computes() {
    assert_gradients_agree("paligemma");
}

/// Through norms, caps and windows, too.
#[test]
fn every_gradient_of_paligemma_2_is_the_one_that_transformers_computes() {
    assert_gradients_agree("paligemma2");
}

/// Greedy answers, both rows in one padded batch with a cache: token by token what transformers writes, row by row.
#[test]
fn greedy_answers_are_the_same_tokens() {
    for folder in ["paligemma", "paligemma-bf16", "paligemma2"] {
        assert_greedy_answers_agree(folder);
    }
}

/// The prompt becomes the tokens that transformers was given.
#[test]
fn prompts_become_the_same_tokens() {
    let Speaker { model, tokenizer } = speaker("paligemma");
    let theirs = examples();
    let texts =
        [("caption en", "a red dog and a cat"), ("detect dog ; cat", "<loc0100><loc0200><loc0512><loc1023> dog")];
    for ((prompt, answer), theirs) in texts.into_iter().zip(theirs) {
        let ours = autoregressive_training::tokenise_example(&tokenizer, model.image_tokens(), prompt, Some(answer));
        assert_eq!(ours.expect("plain words"), theirs, "{prompt} (left: ours)");
        let tail = &theirs.ids[theirs.prefix_length..];
        assert_eq!(tokenizer.decode(tail).expect("plain words"), answer, "the answer can be read back");
    }
}
