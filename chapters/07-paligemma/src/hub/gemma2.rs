//! The decoder of PaliGemma 2: what its configuration leaves out, and what it says that our modules take for granted.
//!
//! # Source
//! `configuration_gemma2.py` of the transformers library.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::error::HubError;

/// What only a Gemma 2 has. In the file of a Gemma they mean nothing, and `post_norms` is a name of ours.
const OPTIONS: [&str; 4] = ["query_pre_attn_scalar", "attn_logit_softcapping", "sliding_window", "post_norms"];

/// The sizes of Gemma 2 of two billion parameters, which a file may leave out.
pub(super) fn default_sizes() -> Value {
    json!({ "hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 26, "num_attention_heads": 8,
        "num_key_value_heads": 4, "head_dim": 256 })
}

/// Takes the options of Gemma 2 out of a Gemma's configuration.
pub(super) fn remove_options(text: &mut Map<String, Value>) {
    text.retain(|key, _| !OPTIONS.contains(&key.as_str()));
}

/// Completes the configuration of a Gemma 2. `given` is the section as it stands in the file, where a null switches an
/// option off and silence means its default.
///
/// # Errors
/// When layers take turns in another way than ours.
pub(super) fn complete(path: &Path, given: &Value, text: &mut Map<String, Value>) -> Result<(), HubError> {
    let defaults = [
        ("query_pre_attn_scalar", json!(256)),
        ("sliding_window", json!(4096)),
        ("attn_logit_softcapping", json!(50.0)),
        ("final_logit_softcapping", json!(30.0)),
    ];
    for (option, default) in defaults.into_iter().filter(|(option, _)| given.get(option).is_none()) {
        text.insert(option.to_owned(), default);
    }
    text.insert("post_norms".to_owned(), json!(true));
    check_turns(path, text)
}

/// Newer files list the kind of every layer; ours take turns, the window first.
fn check_turns(path: &Path, text: &Map<String, Value>) -> Result<(), HubError> {
    let Some(kinds) = text.get("layer_types") else { return Ok(()) };
    let layers = text.get("num_hidden_layers").and_then(Value::as_u64).unwrap_or_default();
    let turns = (0..layers).map(|layer| if layer % 2 == 0 { "sliding_attention" } else { "full_attention" });
    if *kinds == Value::from_iter(turns) {
        return Ok(());
    }
    let problem = format!(
        "should name {layers} layers that take turns, sliding_attention first; this program has no other order"
    );
    Err(HubError::field(path, "text_config.layer_types", problem))
}
