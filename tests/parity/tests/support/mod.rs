//! A PaliGemma of the fixtures beside what transformers computes with it.

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

pub const CPU: Device = Device::Cpu;

/// The model as stored, computing in f32.
pub fn speaker(folder: &str) -> Speaker {
    load_paligemma(&fixture(folder), "a test", None, &CPU).expect("the fixture is a PaliGemma")
}

/// The rows that transformers read, the same for every model.
pub fn examples() -> Vec<Example> {
    let mut inputs = Expected::open("paligemma");
    let rows: Vec<Vec<u32>> = inputs.tensor("ids").to_vec2().expect("rows of tokens");
    let (lengths, prefixes) = (inputs.numbers("lengths"), inputs.numbers("prefix_lengths"));
    let rows = rows.into_iter().zip(lengths).zip(prefixes);
    rows.map(|((ids, length), prefix)| Example { ids: ids[..length as usize].to_vec(), prefix_length: prefix as usize })
        .collect()
}

fn batch_of(examples: &[Example]) -> Batch {
    let pixels = Expected::open("paligemma").tensor("pixel_values");
    collate(examples, pixels, 0, Averaging::PerToken, &CPU).expect("a batch")
}

/// Those rows with their pictures.
pub fn batch() -> Batch {
    batch_of(&examples())
}

/// Every station on the way, from the patches to the loss. Padding is left out: nobody looks at it.
pub fn assert_layers_agree(folder: &str) {
    let (mut expected, batch) = (Expected::open(folder), batch());
    let ours = trace(&speaker(folder).model, &batch).expect("the model runs");
    assert!(ours.contains_key("decoder.layers.2") && ours.contains_key("loss"), "the trace is complete");
    let stations = ["pixel_values", "ids", "decoder.embeddings"]; // the inputs, and what transformers does not show
    for (name, ours) in ours.iter().filter(|(name, _)| !stations.contains(&name.as_str())) {
        if name == "logits" && !expected.names().contains(name) {
            assert_answer_logits_agree(folder, &mut expected, ours, &batch);
        } else if name.starts_with("decoder.") || name == "logits" {
            let theirs = expected.tensor(name);
            for (row, &length) in batch.lengths.iter().enumerate() {
                let row_of = |tensor: &Tensor| tensor.get(row).and_then(|row| row.narrow(0, 0, length)).expect("a row");
                assert_agrees(&format!("{folder}: {name}, row {row}"), &row_of(ours), &row_of(&theirs), VALUES);
            }
        } else {
            assert_agrees(&format!("{folder}: {name}"), ours, &expected.tensor(name), VALUES);
        }
    }
}

/// The logits that predict the answer; of the larger models no others are stored.
pub fn assert_answer_logits_agree(folder: &str, expected: &mut Expected, logits: &Tensor, batch: &Batch) {
    let of_answer = logits.flatten_to(1).and_then(|logits| logits.index_select(&batch.predicting, 0));
    let theirs = expected.tensor("answer_logits");
    assert_agrees(&format!("{folder}: logits of the answer"), &of_answer.expect("places"), &theirs, VALUES);
}

/// A model whose parameters are the stored ones, in f32, and learn.
fn learning(folder: &str) -> (Params, VisionLanguageModel) {
    let config = paligemma_config(&fixture(folder), "a test").expect("the fixture is a PaliGemma");
    let weights = Weights::open(&fixture(folder), names::of_paligemma).expect("the fixture has weights");
    let params = Params::new(0, DType::F32, &CPU);
    for name in weights.names() {
        let stored = weights.tensor(name, DType::F32, &CPU);
        params.insert(name, &stored.expect("a tensor")).expect("room");
    }
    let image_token = config.image_token.expect("the fixture names it");
    let model = VisionLanguageModel::new(&config.model, image_token, params.builder()).expect("a model");
    (params, model)
}

/// Training goes the same way: every parameter's gradient, through the path that leaves out what no answer needs.
pub fn assert_gradients_agree(folder: &str) {
    let (mut expected, batch) = (Expected::open(folder), batch());
    let (params, model) = learning(folder);
    let logits = model.answer_logits(&batch).expect("the model runs");
    let loss = suffix_loss(&logits, &batch.targets, &batch.weights).expect("a loss");
    assert_agrees("loss", &loss.reshape(1).expect("a number"), &expected.tensor("loss"), VALUES);
    let gradients = loss.backward().expect("the model learns");
    for (name, variable) in params.all() {
        let ours = gradients.get(&variable).unwrap_or_else(|| panic!("{name} gets no gradient")).clone();
        let theirs = expected.tensor(&format!("gradient.{name}"));
        let (ours, theirs) = match name.strip_suffix("k_proj.bias") {
            // A key bias adds the same to all scores of a query, and softmax takes no notice: its gradient is zero, and
            // what both find is rounding.
            Some(attention) => {
                let other = expected.tensor(&format!("gradient.{attention}q_proj.bias"));
                ((&other + ours).expect("one width"), (&other + theirs).expect("one width"))
            }
            None if name.ends_with("embed_tokens.weight") => (every_eighth_row(&ours), theirs),
            None => (ours, theirs),
        };
        assert_agrees(&format!("{folder}: {name}"), &ours, &theirs, GRADIENTS);
    }
}

/// What is stored of the largest gradient.
fn every_eighth_row(table: &Tensor) -> Tensor {
    let rows = Tensor::arange_step(0, table.dims()[0] as u32, 8, &CPU);
    rows.and_then(|rows| table.index_select(&rows, 0)).expect("rows")
}

/// Greedy answers, both rows in one padded batch with a cache: token by token what transformers writes, row by row.
pub fn assert_greedy_answers_agree(folder: &str) {
    let (mut expected, model) = (Expected::open(folder), speaker(folder).model);
    let questions: Vec<Example> =
        examples().into_iter().map(|row| Example { ids: row.ids[..row.prefix_length].to_vec(), ..row }).collect();
    let batch = batch_of(&questions);
    let features = model.image_features(&batch.pixels).expect("the tower sees");
    let prefix = model.embed(&batch.ids, &features).expect("the places fit");
    let theirs: Vec<Vec<u32>> = (0..questions.len()).map(|row| expected.numbers(&format!("greedy.{row}"))).collect();
    // A token that does not exist ends nothing: transformers was told to write on, too.
    let options = GenerationOptions { stop: u32::MAX, max_tokens: theirs[0].len(), sampling: Sampling::Greedy };
    let rng = &mut foundations::random::generator(0, "greedy");
    let ours = generate(model.decoder(), &prefix, &batch.lengths, &options, rng, |_, _| {}).expect("the model writes");
    for (row, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        assert_eq!(&ours.tokens, theirs, "{folder}, row {row} (left: ours)");
    }
}
