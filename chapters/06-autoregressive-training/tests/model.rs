//! Specification of the vision-language model: three parts, joined as PaliGemma joins them.

mod support;

use autoregressive_training::model::{DECODER_PREFIX, PROJECTOR_PREFIX, VISION_PREFIX};
use autoregressive_training::preset::{generative_recipe, vlm_config};
use autoregressive_training::{Averaging, VisionLanguageModel, VlmConfig, collate, tokenise_example};
use candle_core::{DType, Result, Tensor};
use foundations::optim::{Recipe, hybrid};
use foundations::{LoraConfig, Params};
use gemma_masking::{Decoder, DecoderConfig, prefix_lm_mask};
use projection::{Projector, ProjectorInit};
use siglip_training::Size;
use siglip_training::preset::{MICRO, PICO};
use spec::{assert_close, device, perturb, random};
use support::{Outcome, config, fresh, model, picture, tokenizer};
use vit_patching::{Normalisation, VisionTransformer};

/// A model whose biases and scales have left their special first values, and its parts, built from the same parameters.
fn model_and_parts() -> Result<(VisionLanguageModel, VisionTransformer, Projector, Decoder)> {
    let tokenizer = tokenizer();
    let params = fresh(1, &tokenizer, None)?;
    perturb(&params, 0.1, 1);
    let (config, vb) = (config(&tokenizer, None), params.builder());
    let vision = VisionTransformer::new(&config.vision_config, vb.pp(VISION_PREFIX))?;
    let projector = Projector::new(32, 32, ProjectorInit::Xavier, vb.pp(PROJECTOR_PREFIX))?;
    let decoder = Decoder::new(&config.text_config, vb.pp(DECODER_PREFIX))?;
    Ok((model(&params, &tokenizer)?, vision, projector, decoder))
}

/// Every tensor lies where a PaliGemma checkpoint has it, and there is no pooling head.
#[test]
fn parameters_have_the_published_names() -> Result<()> {
    let params = fresh(1, &tokenizer(), None)?;
    let names: Vec<String> = params.all().into_iter().map(|(name, _)| name).collect();
    for name in [
        "vision_tower.vision_model.embeddings.position_embedding.weight",
        "vision_tower.vision_model.post_layernorm.bias",
        "multi_modal_projector.linear.weight",
        "language_model.model.embed_tokens.weight",
        "language_model.model.norm.weight",
    ] {
        assert!(names.iter().any(|candidate| candidate == name), "there is a parameter '{name}'");
    }
    assert!(!names.iter().any(|name| name.contains("head")), "neither a pooling head nor an untied output head");
    Ok(())
}

/// All patch tokens go through tower and projector: neither pooled, nor made unit vectors, nor scaled.
#[test]
fn image_features_are_the_projected_patches() -> Result<()> {
    let (model, vision, projector, _) = model_and_parts()?;
    let pixels = random((2, 3, 32, 32), 1);
    let features = model.image_features(&pixels)?;
    assert_eq!((features.dims(), model.image_tokens()), (&[2usize, 16, 32][..], 16), "one token per patch");
    let by_hand = projector.forward(&vision.forward(&pixels)?)?;
    assert_close(&features, &by_hand, 0.0, "projector(tower(pixels)), as it is");
    let lengths = features.sqr()?.sum(2)?.sqrt()?.flatten_all()?.to_vec1::<f32>()?;
    let spread = lengths.iter().copied().fold(0f32, f32::max) - lengths.iter().copied().fold(f32::MAX, f32::min);
    assert!(spread > 1e-2, "image tokens keep their lengths; here all are within {spread} of each other");
    Ok(())
}

/// Image tokens stand in their places unscaled; words stand in theirs, times √d.
#[test]
fn image_tokens_enter_unscaled_and_words_scaled() -> Result<()> {
    let (model, _, _, decoder) = model_and_parts()?;
    let special = *tokenizer().special();
    let mut ids = vec![special.image; 16];
    ids.extend([special.bos, 1040, special.newline]);
    let ids = Tensor::from_vec(ids, (1, 19), &device())?;
    let features = random((1, 16, 32), 2);
    let embedded = model.embed(&ids, &features)?;
    assert_close(&embedded.narrow(1, 0, 16)?, &features, 0.0, "image tokens, bit by bit");
    let words = decoder.embed(&ids.narrow(1, 16, 3)?)?;
    assert_close(&embedded.narrow(1, 16, 3)?, &words, 0.0, "words as the decoder embeds them (times √d)");
    Ok(())
}

/// The rows that predict the answer are rows of the whole sequence, read with the prefix of each example in both directions
/// and with positions that count from zero. (Two layers: what a prompt's words hear of one another reaches the answer through
/// the second.)
#[test]
fn the_answers_rows_are_those_of_the_whole_sequence() -> Outcome {
    let (tokenizer, pictures) = (tokenizer(), [picture(0), picture(1)]);
    let params = Params::new(1, DType::F32, &device());
    let config = vlm_config(&Size { decoder_layers: 2, ..PICO }, tokenizer.vocabulary(), None);
    VisionLanguageModel::initialise(&config, tokenizer.special(), &params)?;
    perturb(&params, 0.1, 1);
    let model = VisionLanguageModel::new(&config, tokenizer.special().image, params.builder())?;
    let decoder = model.decoder();
    let row = |prompt, answer| tokenise_example(&tokenizer, model.image_tokens(), prompt, Some(answer));
    let rows = [row("answer en what is this?", "red apple")?, row("caption en", "a dog and a key")?];
    let pad = tokenizer.special().pad;
    let batch = collate(&rows, model.preprocess(&pictures)?, pad, Averaging::PerToken, &device())?;
    let x = model.embed(&batch.ids, &model.image_features(&batch.pixels)?)?; // [b, t, d]
    let (b, t, d) = x.dims3()?;
    let allowed = prefix_lm_mask(&batch.prefix_lengths, &batch.lengths, t, &device())?;
    let whole =
        decoder.forward(&x, &Tensor::arange(0u32, t as u32, &device())?, &allowed, None)?.reshape((b * t, d))?;
    let expected = decoder.logits(&whole.index_select(&batch.predicting, 0)?)?;
    assert_close(
        &model.answer_logits(&batch)?,
        &expected,
        1e-4,
        "whole prefix seen by all of it, positions 0, 1, 2, …",
    );
    Ok(())
}

/// A row with too few places for its picture is refused with a hint.
#[test]
fn a_row_without_places_for_the_picture_is_refused() -> Result<()> {
    let (model, ..) = model_and_parts()?;
    let ids = Tensor::new(&[[2u32, 5, 4]], &device())?;
    let error = model.embed(&ids, &random((1, 16, 32), 2)).expect_err("one place for sixteen tokens").to_string();
    assert!(error.contains("16") && error.contains("example 0"), "the error counts both: {error}");
    Ok(())
}

/// Pictures of any size become what the tower reads, each around its own mean colour.
#[test]
fn pictures_are_preprocessed_for_the_tower() -> Result<()> {
    let (model, ..) = model_and_parts()?;
    let large = image::RgbImage::from_pixel(50, 20, image::Rgb([9, 90, 200]));
    let pixels = model.preprocess(&[picture(0), large])?;
    assert_eq!(pixels.dims(), [2, 3, 32, 32], "squashed to the tower's size");
    assert_close(&pixels.get(1)?, &pixels.get(1)?.zeros_like()?, 1e-2, "a plain picture is its own mean: all zeros");
    Ok(())
}

/// A published configuration says nothing of the normalisation and means SigLIP's; ours is written and read back.
#[test]
fn a_configuration_survives_json() -> std::result::Result<(), serde_json::Error> {
    let config = vlm_config(&MICRO, 4096, None);
    let mut json = serde_json::to_value(&config)?;
    assert_eq!(serde_json::from_value::<VlmConfig>(json.clone())?, config, "reading gives back what was saved");
    json.as_object_mut().expect("an object").remove("normalisation");
    let published = serde_json::from_value::<VlmConfig>(json)?;
    assert_eq!(published.normalisation, Normalisation::SIGLIP, "what published checkpoints mean");
    Ok(())
}

/// A tower that was trained before moves at a fraction of the others' rate.
#[test]
fn a_trained_tower_moves_slowly() {
    let recipe = generative_recipe(0.1);
    let rate = |name: &str| recipe(name, &[32, 32]).learning_rate / hybrid(name, &[32, 32]).learning_rate;
    let tower = "vision_tower.vision_model.encoder.layers.0.mlp.fc1.weight";
    assert!((rate(tower) - 0.1).abs() < 1e-12, "the tower at a tenth");
    for name in ["multi_modal_projector.linear.weight", "language_model.model.layers.0.mlp.up_proj.weight"] {
        assert!((rate(name) - 1.0).abs() < 1e-12, "{name} at full rate");
    }
    let Recipe { method, weight_decay, .. } = recipe(tower, &[32, 32]);
    let full = hybrid(tower, &[32, 32]);
    assert_eq!((method, weight_decay), (full.method, full.weight_decay), "only the rate differs");
}

/// The decoder is as wide as its heads together, whatever the size.
#[test]
fn sizes_fit_together() {
    for size in [PICO, MICRO] {
        let config = vlm_config(&size, 2000, None);
        let DecoderConfig { num_attention_heads, num_key_value_heads, head_dim, vocab_size, .. } = config.text_config;
        assert_eq!((num_attention_heads, num_key_value_heads), (size.heads, size.heads), "every head has its own keys");
        assert_eq!(
            num_attention_heads * head_dim,
            2 * size.hidden_size,
            "and they are wider than the model, like Gemma's"
        );
        assert_eq!(vocab_size, 2000);
        let DecoderConfig { intermediate_size, num_hidden_layers, .. } = config.text_config;
        assert_eq!(intermediate_size, 4 * size.hidden_size, "the feed-forward is four times as wide as the model");
        assert_eq!(num_hidden_layers, size.decoder_layers, "as deep as the size says");
        let lora = Some(LoraConfig { rank: 4, alpha: 16.0 });
        assert_eq!(vlm_config(&size, 2000, lora).text_config.lora, lora, "corrections where they are wanted");
        assert!(config.text_config.validate().is_ok() && config.vision_config.validate().is_ok(), "{}", size.name);
    }
}
