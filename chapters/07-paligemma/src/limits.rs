//! Sizes far beyond every model that there is. What is larger is a damaged file or a slip of the finger, and would take all memory.

use serde_json::Value;

/// Of a matrix, in one direction.
const LARGEST_SIZE: u64 = 1 << 24;
/// Of a stack of layers.
const MOST_LAYERS: u64 = 1000;
/// Of a picture, in pixels.
const LARGEST_SIDE: u64 = 1 << 13;

/// The most that a field of a configuration may say; nothing for fields that are no sizes.
pub fn most(field: &str) -> Option<u64> {
    match field {
        "num_hidden_layers" => Some(MOST_LAYERS),
        "image_size" | "patch_size" | "num_attention_heads" | "num_key_value_heads" => Some(LARGEST_SIDE),
        "hidden_size"
        | "intermediate_size"
        | "vocab_size"
        | "head_dim"
        | "max_position_embeddings"
        | "sliding_window"
        | "projection_dim"
        | "projection_size"
        | "rank" => Some(LARGEST_SIZE),
        _ => None,
    }
}

/// A field of a configuration, however deep, that says more than it may: what it says, and what it may.
pub fn beyond(config: &Value) -> Option<(&str, &Value, u64)> {
    match config {
        Value::Object(fields) => fields.iter().find_map(|(name, value)| match most(name) {
            Some(most) if value.is_number() && value.as_u64().is_none_or(|size| size > most) => {
                Some((name.as_str(), value, most))
            }
            _ => beyond(value),
        }),
        Value::Array(values) => values.iter().find_map(beyond),
        _ => None,
    }
}
