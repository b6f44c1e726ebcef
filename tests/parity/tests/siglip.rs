//! SigLIP: both towers, the pooling head, temperature and bias; words and pictures as they were prepared in training.

use candle_core::Device;
use paligemma::hub::PublishedRetriever;
use parity::{Expected, VALUES, assert_agrees, fixture};
use siglip_training::match_probabilities;

/// What the captions of the fixture say; the second is longer than the tower reads.
const CAPTIONS: [&str; 2] = ["A red dog", "a Cat and a dog, left of a red dog and a cat"];

fn retriever() -> PublishedRetriever {
    PublishedRetriever::load(&fixture("siglip"), "a test", &Device::Cpu).expect("the fixture is a SigLIP")
}

/// Patch tokens, both kinds of vectors, how well they fit, and how likely they belong together.
#[test]
fn both_towers_compute_what_transformers_computes() {
    let model = retriever().model;
    let mut expected = Expected::open("siglip");
    let pixels = expected.tensor("pixel_values");
    let tokens = model.patch_tokens(&pixels).expect("the tower sees");
    assert_agrees("patch tokens", &tokens, &expected.tensor("patch_tokens"), VALUES);
    let pictures = model.encode_pictures(&pixels).expect("the tower sees");
    assert_agrees("pictures", &pictures, &expected.tensor("pictures"), VALUES);
    let captions = model.encode_captions(&expected.tensor("ids")).expect("the tower reads");
    assert_agrees("captions", &captions, &expected.tensor("captions"), VALUES);
    let logits = model.logits(&pictures, &captions).expect("they have one width");
    assert_agrees("logits", &logits, &expected.tensor("logits"), VALUES);
    let fits = match_probabilities(&model, &pictures, &captions).expect("they have one width");
    assert_agrees("probabilities", &fits, &expected.tensor("probabilities"), VALUES);
}

/// Words in lower case, cut at the tower's length, `<eos>` at the end in any case, and filled up with `<pad>`.
#[test]
fn captions_become_the_tokens_of_the_training() {
    let retriever = retriever();
    let ours = retriever.captions.rows(&CAPTIONS, &Device::Cpu).expect("plain words").to_vec2::<u32>().expect("rows");
    let theirs: Vec<Vec<u32>> = Expected::open("siglip").tensor("ids").to_vec2().expect("rows");
    assert_eq!(ours, theirs, "(left: ours)");
    let words = retriever.embed_words(&CAPTIONS).expect("the tower reads");
    assert_agrees("captions", &words, &Expected::open("siglip").tensor("captions"), VALUES);
}
