//! Specification of the dual encoder and of zero-shot probabilities.

mod support;

use candle_core::{DType, Result, Tensor};
use image::{Rgb, RgbImage};
use siglip_training::preset::SIZES;
use siglip_training::{CaptionError, DualEncoder, DualEncoderConfig, match_probabilities, tokenize_captions};
use spec::proptest::prelude::*;
use spec::{assert_close, assert_number, assert_only_these_learn, device, perturb, random};
use support::{Outcome, dual_encoder, tokenizer};
use vit_patching::MapHead;

/// A picture of 32 × 32 that leaves room for a brighter copy.
fn picture(seed: u32, brighter: [u8; 3]) -> RgbImage {
    let noise: Vec<u8> = (0u32..32 * 32 * 3).map(|n| ((n * 37 + seed * 1031).pow(2) % 8191 % 160) as u8).collect();
    RgbImage::from_fn(32, 32, |x, y| {
        let start = (y * 32 + x) as usize * 3;
        Rgb([0, 1, 2].map(|channel| noise[start + channel] + brighter[channel]))
    })
}

fn captions(model: &DualEncoder, texts: &[&str]) -> std::result::Result<Tensor, CaptionError> {
    let length = model.config().text_config.max_position_embeddings;
    Ok(model.encode_captions(&tokenize_captions(&tokenizer(), texts, length, &device())?)?)
}

fn lengths(vectors: &Tensor) -> Result<Tensor> {
    vectors.sqr()?.sum(1)?.sqrt()
}

/// Every size has the proportions of a ViT: an MLP four times as wide as the model, heads that share it without a rest, and
/// patches that tile the picture.
#[test]
fn sizes_have_the_proportions_of_a_vit() {
    for size in SIZES {
        let DualEncoderConfig { vision_config: vision, text_config: text, .. } = size.dual_encoder(100);
        for (width, hidden, heads) in [
            (vision.intermediate_size, vision.hidden_size, vision.num_attention_heads),
            (text.intermediate_size, text.hidden_size, text.num_attention_heads),
        ] {
            assert_eq!((width, hidden % heads), (4 * hidden, 0), "{}", size.name);
        }
        assert_eq!(vision.image_size % vision.patch_size, 0, "{}", size.name);
    }
}

proptest! {
    #![proptest_config(spec::cases(8))]

    /// Both encoders end on the unit sphere: only directions are compared.
    #[test]
    fn both_encoders_return_unit_vectors(seed in 0u64..1000) {
        let (params, model) = dual_encoder(seed, &tokenizer())?;
        perturb(&params, 0.1, seed);
        let pictures = model.encode_pictures(&model.preprocess(&[picture(1, [0; 3]), picture(2, [0; 3])])?)?;
        let captions = captions(&model, &["dog", "red apple and house", ""])?;
        prop_assert_eq!((pictures.dims(), captions.dims()), (&[2usize, 32][..], &[3usize, 32][..]), "one shared width");
        assert_close(&lengths(&pictures)?, &Tensor::new(&[1f32; 2], &device())?, 1e-5, "pictures have length one");
        assert_close(&lengths(&captions)?, &Tensor::new(&[1f32; 3], &device())?, 1e-5, "captions have length one");
    }

    /// A brighter or tinted copy of a picture is the same picture: its own mean colour is subtracted.
    #[test]
    fn brightness_and_tint_do_not_matter(seed in 0u32..1000, shift in prop::array::uniform3(0u8..90)) {
        let (_, model) = dual_encoder(1, &tokenizer())?;
        let vectors = model.encode_pictures(&model.preprocess(&[picture(seed, [0; 3]), picture(seed, shift)])?)?;
        assert_close(&vectors.get(1)?, &vectors.get(0)?, 1e-4, "adding the same colour everywhere changes nothing");
    }

    /// `exp(t') · cosine + b`, for whatever t' and b have been learned.
    #[test]
    fn logits_are_scale_times_cosine_plus_bias(seed in 0u64..1000, log_scale in -1.0f32..4.0, bias in -12.0f32..3.0) {
        let (params, model) = dual_encoder(1, &tokenizer())?;
        params.set("logit_scale", &Tensor::new(&[log_scale], &device())?)?;
        params.set("logit_bias", &Tensor::new(&[bias], &device())?)?;
        let normalise = |x: Tensor| x.broadcast_div(&x.sqr()?.sum_keepdim(1)?.sqrt()?);
        let (pictures, captions) = (normalise(random((3, 4), seed))?, normalise(random((2, 4), seed + 1))?);
        let cosines = pictures.matmul(&captions.t()?)?;
        let expected = ((cosines * f64::from(log_scale).exp())? + f64::from(bias))?;
        assert_close(&model.logits(&pictures, &captions)?, &expected, 1e-4, "exp(t')·cos + b, row = picture");
    }
}

/// SigLIP's start: a scale of ten and a strong "no".
#[test]
fn the_scale_starts_at_ten_and_the_bias_at_minus_ten() -> Result<()> {
    let (_, model) = dual_encoder(1, &tokenizer())?;
    assert_number(model.log_scale(), 10f64.ln(), 1e-6, "t' = ln 10");
    assert_number(model.bias(), -10.0, 0.0, "b = −10");
    Ok(())
}

/// The names of the hub layout, so that published checkpoints fit.
#[test]
fn parameters_have_the_published_names() -> Result<()> {
    let (params, _) = dual_encoder(1, &tokenizer())?;
    for name in [
        "logit_bias",
        "logit_scale",
        "text_model.head.weight",
        "vision_model.embeddings.patch_embedding.weight",
        "vision_model.head.probe",
        "vision_model.post_layernorm.weight",
    ] {
        assert!(params.get(name).is_ok(), "there is a parameter '{name}'");
    }
    Ok(())
}

/// Another picture, another vector; another caption, another vector.
#[test]
fn different_things_have_different_vectors() -> Outcome {
    let (_, model) = dual_encoder(1, &tokenizer())?;
    let pictures = model.encode_pictures(&model.preprocess(&[picture(1, [0; 3]), picture(2, [0; 3])])?)?;
    let captions = captions(&model, &["dog", "house"])?;
    for vectors in [pictures, captions] {
        let distance = (vectors.get(0)? - vectors.get(1)?)?.sqr()?.sum_all()?.sqrt()?.to_scalar::<f32>()?;
        assert!(distance > 1e-2, "two different inputs are {distance} apart");
    }
    Ok(())
}

/// A sigmoid model answers each class by itself, so all classes may be unlikely, or several likely: a softmax, which
/// published examples apply to such logits, would make the best of four bad guesses look certain.
#[test]
fn probabilities_need_not_sum_to_one() -> Result<()> {
    let (params, model) = dual_encoder(1, &tokenizer())?;
    let picture = Tensor::new(&[[1f32, 0.0]], &device())?;
    let nothing_fits = Tensor::new(&[[-1f32, 0.0], [0.0, 1.0], [0.0, -1.0], [-0.6, 0.8]], &device())?;
    let sum = match_probabilities(&model, &picture, &nothing_fits)?.sum_all()?.to_scalar::<f32>()?;
    assert!(sum < 0.001, "no caption fits, so every probability is small; their sum is {sum}");
    params.set("logit_bias", &Tensor::new(&[0f32], &device())?)?;
    params.set("logit_scale", &Tensor::new(&[4f32.ln()], &device())?)?; // learned, and no longer ln 10
    let twice = Tensor::new(&[[1f32, 0.0], [1.0, 0.0]], &device())?;
    let both = match_probabilities(&model, &picture, &twice)?;
    let expected = 1.0 / (1.0 + (-4f32).exp());
    assert_close(&both, &Tensor::new(&[[expected; 2]], &device())?, 1e-6, "two captions that fit are both likely");
    Ok(())
}

/// The probability of one pair does not depend on which others are asked about.
#[test]
fn a_probability_does_not_depend_on_the_other_classes() -> Result<()> {
    let (_, model) = dual_encoder(1, &tokenizer())?;
    let (pictures, classes) = (random((2, 4), 1), random((5, 4), 2));
    let all = match_probabilities(&model, &pictures, &classes)?;
    let few = match_probabilities(&model, &pictures, &classes.narrow(0, 1, 2)?)?;
    assert_close(&few, &all.narrow(1, 1, 2)?, 1e-6, "asking about fewer classes changes no answer");
    Ok(())
}

/// Attention over copies of one token brings back that token's value, so a picture of equal patches is read like one patch.
#[test]
fn a_patch_alone_is_read_like_a_picture_full_of_it() -> Result<()> {
    let (params, model) = dual_encoder(1, &tokenizer())?;
    perturb(&params, 0.1, 1);
    params
        .set("vision_model.embeddings.position_embedding.weight", &Tensor::zeros((16, 32), DType::F32, &device())?)?;
    let plain = Tensor::ones((2, 3, 32, 32), DType::F32, &device())?;
    let pixels =
        (plain * Tensor::new(&[0.5f32, -1.0], &device())?.reshape((2, 1, 1, 1))?.broadcast_as((2, 3, 32, 32))?)?;
    let patches = model.patch_tokens(&pixels)?; // [2, 16, 32], all sixteen of a picture alike
    let alone = model.encode_patches(&patches.narrow(1, 3, 1)?.squeeze(1)?)?;
    assert_close(&alone, &model.encode_pictures(&pixels)?, 1e-5, "sixteen equal patches say what one of them says");
    Ok(())
}

/// The pooling head reads all patches of a picture together, and what it says is brought to length one.
#[test]
fn the_head_pools_all_patches_together() -> Result<()> {
    let (params, model) = dual_encoder(1, &tokenizer())?;
    perturb(&params, 0.1, 1);
    let vision = params.builder().pp("vision_model");
    let head = MapHead::new(&model.config().vision_config.encoder(), vision.pp("head"))?;
    let pixels = model.preprocess(&[picture(1, [0; 3]), picture(2, [0; 3])])?;
    let pooled = head.forward(&model.patch_tokens(&pixels)?)?; // [2, 32]
    let expected = pooled.broadcast_div(&lengths(&pooled)?.unsqueeze(1)?)?;
    assert_close(&model.encode_pictures(&pixels)?, &expected, 1e-5, "what the head says of all sixteen patches");
    Ok(())
}

/// Gradients go from a picture's vector through its whole tower, down to the patches, and nowhere else.
#[test]
fn a_pictures_vector_teaches_its_whole_tower() -> Result<()> {
    let (params, model) = dual_encoder(1, &tokenizer())?;
    let vectors = model.encode_pictures(&model.preprocess(&[picture(1, [0; 3]), picture(2, [0; 3])])?)?;
    let loss = (vectors * random((2, 32), 1))?.sum_all()?;
    assert_only_these_learn(&params, &loss, |name| name.starts_with("vision_model."));
    Ok(())
}
