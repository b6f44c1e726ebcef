//! SigLIP: both towers, the pooling head, temperature and bias.

use candle_core::{DType, Device};
use paligemma::hub::config::{Published, read_config};
use paligemma::hub::{Weights, names, siglip_manifest};
use parity::{Expected, VALUES, assert_agrees, fixture};
use siglip_training::DualEncoder;

/// Patch tokens, both kinds of vectors, and how well they fit.
#[test]
fn both_towers_compute_what_transformers_computes() {
    let folder = fixture("siglip");
    let Published::Siglip(config) = read_config(&folder).expect("a configuration") else { panic!("it is a SigLIP") };
    let weights = Weights::open(&folder, names::of_siglip).expect("the fixture has weights");
    weights.check(&siglip_manifest(&config).expect("a model")).expect("all tensors are there and no other");
    let model = DualEncoder::new(&config, weights.builder(DType::F32, &Device::Cpu, |_| {})).expect("a model");

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
}
