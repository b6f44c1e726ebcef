//! `config.json` as transformers writes it, and our configuration of the same model.
//!
//! Published configurations leave out what equalled a default when they were written, and say things that our modules
//! take for granted. The first is filled in here; the second is checked, because a model whose activation or rotation
//! differs would run and answer nonsense.

use std::fs;
use std::path::Path;

use autoregressive_training::VlmConfig;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use siglip_training::DualEncoderConfig;
use vit_patching::Normalisation;

use super::error::HubError;
use super::gemma2;
use crate::limits;

/// What need not be a whole number.
const NUMBERS: [&str; 6] = [
    "rope_theta",
    "rms_norm_eps",
    "layer_norm_eps",
    "final_logit_softcapping",
    "attn_logit_softcapping",
    "query_pre_attn_scalar",
];

/// What [`crate::hub`] can read.
#[derive(Debug, Clone, PartialEq)]
pub enum Published {
    /// A vision-language model.
    PaliGemma(PaliGemmaConfig),
    /// A dual encoder.
    Siglip(SiglipConfig),
}

/// A dual encoder's configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct SiglipConfig {
    /// All sizes, as our modules want them.
    pub model: DualEncoderConfig,
    /// The side that pictures are squashed to. Where patches do not tile it (384 pixels in patches of 14), the tower sees
    /// the whole patches from the top left corner on, and `model`'s `image_size` is what they cover.
    pub side: usize,
}

/// A PaliGemma's configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct PaliGemmaConfig {
    /// All sizes, as our modules want them.
    pub model: VlmConfig,
    /// The token that keeps a place for an image token, if the file says so.
    pub image_token: Option<u32>,
}

/// Reads a JSON file of a folder from the hub.
///
/// # Errors
/// When it cannot be read or is no JSON.
pub fn read_json(path: &Path) -> Result<Value, HubError> {
    let bytes = fs::read(path).map_err(|source| HubError::Unreadable { path: path.to_owned(), source })?;
    serde_json::from_slice(&bytes).map_err(|source| HubError::Json { path: path.to_owned(), source })
}

/// Reads `config.json`.
///
/// # Errors
/// When it cannot be read, describes another kind of model, or one that our modules cannot be.
pub fn read_config(folder: &Path) -> Result<Published, HubError> {
    let path = &folder.join("config.json");
    let json = read_json(path)?;
    match json.get("model_type").and_then(Value::as_str) {
        Some("paligemma") => Ok(Published::PaliGemma(paligemma(path, &json)?)),
        Some("siglip") => Ok(Published::Siglip(siglip(path, &json)?)),
        other => {
            let found = other.map_or("is missing".to_owned(), |other| format!("is '{other}'"));
            Err(HubError::field(
                path,
                "model_type",
                format!(
                    "{found}; this program reads paligemma and siglip (SigLIP 2 with a fixed resolution is one, too)"
                ),
            ))
        }
    }
}

fn paligemma(path: &Path, json: &Value) -> Result<PaliGemmaConfig, HubError> {
    let vision = section(path, json, "vision_config", &json!({}))?;
    let mut text = text_section(path, json)?;
    refuse_unless(path, "vision_config.model_type", vision.get("model_type"), &json!("siglip_vision_model"))?;
    check_activation(path, "vision_config.hidden_act", vision.get("hidden_act"))?;
    refuse_unless(path, "vision_config.num_channels", vision.get("num_channels"), &json!(3))?;
    check_activation(path, "text_config.hidden_activation", text.get("hidden_activation"))?;
    // Gemma's first configurations say `gelu` in `hidden_act` and mean the tanh form, which `hidden_activation` names.
    let older =
        text.get("hidden_act").filter(|name| **name != json!("gelu") && !text.contains_key("hidden_activation"));
    check_activation(path, "text_config.hidden_act", older)?;
    refuse_unless(path, "text_config.attention_bias", text.get("attention_bias"), &json!(false))?;
    for tie in [json.get("tie_word_embeddings"), text.get("tie_word_embeddings")] {
        refuse_unless(path, "tie_word_embeddings", tie, &json!(true))?;
    }
    take_rope(path, &mut text)?;
    let model = VlmConfig {
        vision_config: parse(path, "vision_config", &vision)?,
        text_config: parse(path, "text_config", &text)?,
        normalisation: Normalisation::SIGLIP,
    };
    model.vision_config.validate().map_err(|error| HubError::field(path, "vision_config:", error.to_string()))?;
    model.text_config.validate().map_err(|error| HubError::field(path, "text_config:", error.to_string()))?;
    let width = json!(model.text_config.hidden_size);
    refuse_unless(path, "projection_dim", json.get("projection_dim"), &width)?;
    refuse_unless(path, "vision_config.projection_dim", vision.get("projection_dim"), &width)?;
    let tokens = json!(model.vision_config.num_patches());
    refuse_unless(path, "text_config.num_image_tokens", text.get("num_image_tokens"), &tokens)?;
    refuse_unless(path, "vision_config.num_image_tokens", vision.get("num_image_tokens"), &tokens)?;
    Ok(PaliGemmaConfig { model, image_token: image_token(path, json)? })
}

/// The decoder's part: a Gemma, or a Gemma 2 in PaliGemma 2.
fn text_section(path: &Path, json: &Value) -> Result<Map<String, Value>, HubError> {
    let given = &json["text_config"];
    let kind = given.get("model_type").filter(|kind| !kind.is_null()).cloned().unwrap_or(json!("gemma"));
    match kind.as_str().unwrap_or_default() {
        "gemma" => {
            let mut text = section(path, json, "text_config", &json!({}))?;
            gemma2::remove_options(&mut text);
            Ok(text)
        }
        "gemma2" => {
            let mut text = section(path, json, "text_config", &gemma2::default_sizes())?;
            gemma2::complete(path, given, &mut text)?;
            Ok(text)
        }
        _ => {
            let problem = format!("is {kind}; this program reads \"gemma\" and \"gemma2\"");
            Err(HubError::field(path, "text_config.model_type", problem))
        }
    }
}

fn siglip(path: &Path, json: &Value) -> Result<SiglipConfig, HubError> {
    // The sizes of SigLIP base, which its own file does not mention.
    let base = json!({ "hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12,
        "layer_norm_eps": 1e-6, "patch_size": 16, "vocab_size": 32000, "max_position_embeddings": 64 });
    let vision = section(path, json, "vision_config", &base)?;
    let mut text = section(path, json, "text_config", &base)?;
    for (name, section) in [("vision_config", &vision), ("text_config", &text)] {
        check_activation(path, &format!("{name}.hidden_act"), section.get("hidden_act"))?;
    }
    refuse_unless(path, "vision_config.num_channels", vision.get("num_channels"), &json!(3))?;
    if let Some(width) = text.get("hidden_size").cloned() {
        text.entry("projection_size").or_insert(width);
    }
    let mut config = DualEncoderConfig {
        vision_config: parse(path, "vision_config", &vision)?,
        text_config: parse(path, "text_config", &text)?,
        normalisation: Normalisation::SIGLIP,
    };
    let (side, patch) = (config.vision_config.image_size, config.vision_config.patch_size);
    config.vision_config.image_size = side - side.checked_rem(patch).unwrap_or_default();
    config.vision_config.validate().map_err(|error| HubError::field(path, "vision_config:", error.to_string()))?;
    let width = json!(config.vision_config.hidden_size);
    refuse_unless(path, "text_config.projection_size", text.get("projection_size"), &width)?;
    check_text_tower(path, &config)?;
    Ok(SiglipConfig { model: config, side })
}

/// The text tower's sizes fit one another.
fn check_text_tower(path: &Path, config: &DualEncoderConfig) -> Result<(), HubError> {
    let text = &config.text_config;
    let sizes = [
        ("vocab_size", text.vocab_size),
        ("max_position_embeddings", text.max_position_embeddings),
        ("hidden_size", text.hidden_size),
        ("intermediate_size", text.intermediate_size),
        ("num_hidden_layers", text.num_hidden_layers),
        ("num_attention_heads", text.num_attention_heads),
    ];
    if let Some((field, _)) = sizes.into_iter().find(|(_, size)| *size == 0) {
        return Err(HubError::field(path, format!("text_config.{field}"), "is 0; give it at least 1"));
    }
    if !text.hidden_size.is_multiple_of(text.num_attention_heads) {
        let problem =
            format!("is {}, which does not divide hidden_size, {}", text.num_attention_heads, text.hidden_size);
        return Err(HubError::field(path, "text_config.num_attention_heads", problem));
    }
    Ok(())
}

/// A part of the configuration, with `defaults` for what it leaves out or sets to null; its sizes are sizes.
fn section(path: &Path, json: &Value, name: &str, defaults: &Value) -> Result<Map<String, Value>, HubError> {
    let Some(section) = json.get(name).and_then(Value::as_object) else {
        return Err(HubError::field(path, name, "is missing or no object; download the file again"));
    };
    let mut section = section.clone();
    section.retain(|_, value| !value.is_null());
    for (key, value) in defaults.as_object().into_iter().flatten() {
        section.entry(key.as_str()).or_insert_with(|| value.clone());
    }
    if let Some((key, value)) =
        section.iter().find(|(key, value)| NUMBERS.contains(&key.as_str()) && !value.is_number())
    {
        return Err(HubError::field(path, format!("{name}.{key}"), format!("is {value}; it should be a number")));
    }
    if let Some(value) = section.get("layer_norm_eps").filter(|value| value.as_f64().is_none_or(|eps| eps <= 0.0)) {
        return Err(HubError::field(
            path,
            format!("{name}.layer_norm_eps"),
            format!("is {value}; it should be above 0"),
        ));
    }
    for (key, value) in &section {
        let Some(most) = limits::most(key) else { continue };
        if value.as_u64().is_none_or(|size| size > most) {
            return Err(HubError::field(
                path,
                format!("{name}.{key}"),
                format!("is {value}; give a size up to {most}"),
            ));
        }
    }
    // Our own additions are no business of a published file.
    section.remove("lora");
    Ok(section)
}

/// Newer files say the base of the rotation in an object of its own.
fn take_rope(path: &Path, text: &mut Map<String, Value>) -> Result<(), HubError> {
    for name in ["rope_scaling", "rope_parameters"] {
        let Some(rope) = text.get(name).cloned() else { continue };
        let field = format!("text_config.{name}");
        let Value::Object(rope) = rope else {
            return Err(HubError::field(path, field, format!("is {rope}; it should be an object, or left out")));
        };
        for key in ["rope_type", "type"] {
            refuse_unless(path, &format!("{field}.{key}"), rope.get(key), &json!("default"))?;
        }
        match rope.get("rope_theta") {
            Some(theta) if theta.is_number() => text.insert("rope_theta".to_owned(), theta.clone()),
            Some(theta) => {
                return Err(HubError::field(
                    path,
                    format!("{field}.rope_theta"),
                    format!("is {theta}; it should be a number"),
                ));
            }
            None => None,
        };
    }
    Ok(())
}

fn check_activation(path: &Path, field: &str, found: Option<&Value>) -> Result<(), HubError> {
    refuse_unless(path, field, found, &json!("gelu_pytorch_tanh"))
}

/// A field, where it is given, says what our modules do anyway.
fn refuse_unless(path: &Path, field: &str, found: Option<&Value>, expected: &Value) -> Result<(), HubError> {
    match found {
        Some(found) if found != expected => {
            Err(HubError::field(path, field, format!("is {found}; a model that this program can be has {expected}")))
        }
        _ => Ok(()),
    }
}

fn parse<T: DeserializeOwned>(path: &Path, name: &str, section: &Map<String, Value>) -> Result<T, HubError> {
    serde_json::from_value(Value::Object(section.clone()))
        .map_err(|error| HubError::field(path, format!("{name}:"), format!("{error}; download the file again")))
}

/// `image_token_index`, or `image_token_id` as it is called in newer files.
fn image_token(path: &Path, json: &Value) -> Result<Option<u32>, HubError> {
    for field in ["image_token_index", "image_token_id"] {
        let Some(value) = json.get(field).filter(|value| !value.is_null()) else { continue };
        let token = value.as_u64().and_then(|token| u32::try_from(token).ok());
        let no_token = || HubError::field(path, field, format!("is {value}; it should be the number of a token"));
        return Ok(Some(token.ok_or_else(no_token)?));
    }
    Ok(None)
}
