//! PaliGemma: two rows of different lengths, grouped queries, no square width.

use autoregressive_training::collate::{Averaging, Batch, collate};
use autoregressive_training::{VisionLanguageModel, suffix_loss};
use candle_core::{DType, Device, Tensor};
use foundations::Params;
use gemma_masking::{GenerationOptions, Sampling, generate};
use paligemma::hub::load::paligemma_config;
use paligemma::hub::{Weights, load_paligemma, names};
use paligemma::load::Speaker;
use paligemma::trace::trace;
use parity::{Expected, GRADIENTS, VALUES, assert_agrees, fixture};
use projection::Example;

const CPU: Device = Device::Cpu;

/// The model as stored, computing in f32.
fn speaker(folder: &str) -> Speaker {
    load_paligemma(&fixture(folder), "a test", None, &CPU).expect("the fixture is a PaliGemma")
}

/// The rows that transformers read.
fn examples(expected: &mut Expected) -> Vec<Example> {
    let rows: Vec<Vec<u32>> = expected.tensor("ids").to_vec2().expect("rows of tokens");
    let (lengths, prefixes) = (expected.numbers("lengths"), expected.numbers("prefix_lengths"));
    let rows = rows.into_iter().zip(lengths).zip(prefixes);
    rows.map(|((ids, length), prefix)| Example { ids: ids[..length as usize].to_vec(), prefix_length: prefix as usize })
        .collect()
}

fn batch(expected: &mut Expected) -> Batch {
    let examples = examples(expected);
    collate(&examples, expected.tensor("pixel_values"), 0, Averaging::PerToken, &CPU).expect("a batch")
}

/// Every station on the way, from the patches to the loss. Padding is left out: nobody looks at it.
#[test]
fn every_layer_computes_what_transformers_computes() {
    let mut expected = Expected::open("paligemma");
    let batch = batch(&mut expected);
    let ours = trace(&speaker("paligemma").model, &batch).expect("the model runs");
    assert!(ours.contains_key("decoder.layers.2") && ours.contains_key("loss"), "the trace is complete");
    let stations = ["pixel_values", "ids", "decoder.embeddings"]; // the inputs, and what transformers does not show
    for (name, ours) in ours.iter().filter(|(name, _)| !stations.contains(&name.as_str())) {
        let theirs = expected.tensor(name);
        if name.starts_with("decoder.") || name == "logits" {
            for (row, &length) in batch.lengths.iter().enumerate() {
                let row_of = |tensor: &Tensor| tensor.get(row).and_then(|row| row.narrow(0, 0, length));
                let (ours, theirs) = (row_of(ours).expect("a row"), row_of(&theirs).expect("a row"));
                assert_agrees(&format!("{name}, row {row}"), &ours, &theirs, VALUES);
            }
        } else {
            assert_agrees(name, ours, &theirs, VALUES);
        }
    }
}

/// Half precision, in shards, under the names of newer files; computed in f32, as a CPU does.
#[test]
fn small_weights_in_shards_compute_the_same() {
    let mut expected = Expected::open("paligemma-bf16");
    let speaker = speaker("paligemma-bf16");
    assert_eq!(speaker.model.dtype(), DType::BF16, "weights stay as small as they are stored");
    let batch = batch(&mut expected);
    let ours = trace(&speaker.model, &batch).expect("the model runs");
    assert_agrees("image_features", &ours["image_features"], &expected.tensor("image_features"), VALUES);
    let logits = expected.tensor("logits");
    for (row, &length) in batch.lengths.iter().enumerate() {
        let row_of = |tensor: &Tensor| tensor.get(row).and_then(|row| row.narrow(0, 0, length)).expect("a row");
        assert_agrees("logits", &row_of(&ours["logits"]), &row_of(&logits), VALUES);
    }
}

/// Training goes the same way: every parameter's gradient, through the path that leaves out what no answer needs.
#[test]
fn every_gradient_is_the_one_that_transformers_computes() {
    let mut expected = Expected::open("paligemma");
    let config = paligemma_config(&fixture("paligemma"), "a test").expect("the fixture is a PaliGemma");
    let weights = Weights::open(&fixture("paligemma"), names::of_paligemma).expect("the fixture has weights");
    let params = Params::new(0, DType::F32, &CPU);
    for name in weights.names() {
        params.insert(name, &weights.tensor(name, &CPU).expect("a tensor")).expect("room");
    }
    let image_token = config.image_token.expect("the fixture names it");
    let model = VisionLanguageModel::new(&config.model, image_token, params.builder()).expect("a model");
    let batch = batch(&mut expected);
    let logits = model.answer_logits(&batch).expect("the model runs");
    let loss = suffix_loss(&logits, &batch.targets, &batch.weights).expect("a loss");
    assert_agrees("loss", &loss.reshape(1).expect("a number"), &expected.tensor("loss"), VALUES);
    let gradients = loss.backward().expect("the model learns");
    for (name, variable) in params.all() {
        let ours = gradients.get(&variable).unwrap_or_else(|| panic!("{name} gets no gradient"));
        let theirs = expected.tensor(&format!("gradient.{name}"));
        match name.strip_suffix("k_proj.bias") {
            // A key bias adds the same to all scores of a query, and softmax takes no notice: its gradient is zero, and
            // what both find is rounding.
            Some(attention) => {
                let other = expected.tensor(&format!("gradient.{attention}q_proj.bias"));
                assert_agrees(
                    &name,
                    &(&other + ours).expect("one width"),
                    &(&other + theirs).expect("one width"),
                    GRADIENTS,
                );
            }
            None => assert_agrees(&name, ours, &theirs, GRADIENTS),
        }
    }
}

/// Greedy answers, both rows in one padded batch with a cache: token by token what transformers writes, row by row.
#[test]
fn greedy_answers_are_the_same_tokens() {
    for folder in ["paligemma", "paligemma-bf16"] {
        let mut expected = Expected::open(folder);
        let model = speaker(folder).model;
        let questions: Vec<Example> = examples(&mut expected)
            .into_iter()
            .map(|row| Example { ids: row.ids[..row.prefix_length].to_vec(), ..row })
            .collect();
        let batch =
            collate(&questions, expected.tensor("pixel_values"), 0, Averaging::PerToken, &CPU).expect("a batch");
        let features = model.image_features(&batch.pixels).expect("the tower sees");
        let prefix = model.embed(&batch.ids, &features).expect("the places fit");
        let theirs: Vec<Vec<u32>> =
            (0..questions.len()).map(|row| expected.numbers(&format!("greedy.{row}"))).collect();
        // A token that does not exist ends nothing: transformers was told to write on, too.
        let options = GenerationOptions { stop: u32::MAX, max_tokens: theirs[0].len(), sampling: Sampling::Greedy };
        let rng = &mut foundations::random::generator(0, "greedy");
        let ours =
            generate(model.decoder(), &prefix, &batch.lengths, &options, rng, |_, _| {}).expect("the model writes");
        for (row, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            assert_eq!(&ours.tokens, theirs, "{folder}, row {row} (left: ours)");
        }
    }
}

/// The prompt becomes the tokens that transformers was given.
#[test]
fn prompts_become_the_same_tokens() {
    let mut expected = Expected::open("paligemma");
    let Speaker { model, tokenizer } = speaker("paligemma");
    let theirs = examples(&mut expected);
    let texts =
        [("caption en", "a red dog and a cat"), ("detect dog ; cat", "<loc0100><loc0200><loc0512><loc1023> dog")];
    for ((prompt, answer), theirs) in texts.into_iter().zip(theirs) {
        let ours = autoregressive_training::tokenise_example(&tokenizer, model.image_tokens(), prompt, Some(answer));
        assert_eq!(ours.expect("plain words"), theirs, "{prompt} (left: ours)");
        let tail = &theirs.ids[theirs.prefix_length..];
        assert_eq!(tokenizer.decode(tail).expect("plain words"), answer, "the answer can be read back");
    }
}
