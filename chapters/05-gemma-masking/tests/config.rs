//! Specification of the decoder's configuration.

use foundations::LoraConfig;
use gemma_masking::{ConfigError, DecoderConfig};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// What `config.json` of the 224-pixel PaliGemma says about its text half; the rest are defaults.
#[test]
fn a_published_configuration_is_read() -> Outcome {
    let published = r#"{
        "model_type": "gemma", "torch_dtype": "float32", "num_image_tokens": 256,
        "hidden_size": 2048, "intermediate_size": 16384, "num_attention_heads": 8,
        "num_hidden_layers": 18, "num_key_value_heads": 1, "vocab_size": 257216
    }"#;
    let config: DecoderConfig = serde_json::from_str(published)?;
    assert_eq!(config, DecoderConfig::GEMMA_2B, "absent fields have Gemma's values (head_dim 256, θ 10,000, eps 1e-6)");
    Ok(())
}

/// A saved configuration describes the same model when it is read again.
#[test]
fn saving_and_reading_keeps_everything() -> Outcome {
    let lora = Some(LoraConfig { rank: 4, alpha: 8.0 });
    let config = DecoderConfig { final_logit_softcapping: Some(30.0), lora, ..DecoderConfig::tiny() };
    let read: DecoderConfig = serde_json::from_str(&serde_json::to_string(&config)?)?;
    assert_eq!(read, config, "JSON keeps every field");
    let without = serde_json::to_string(&DecoderConfig::tiny())?;
    assert!(!without.contains("lora"), "a model without adapters does not mention them: {without}");
    Ok(())
}

/// The presets are models.
#[test]
fn the_presets_are_valid() {
    assert_eq!(DecoderConfig::GEMMA_2B.validate(), Ok(()), "Gemma 2B is a valid model");
    assert_eq!(DecoderConfig::tiny().validate(), Ok(()), "the tiny decoder is a valid model");
}

/// How many numbers a decoder learns besides its table of tokens.
fn numbers_beside_the_table(config: &DecoderConfig) -> usize {
    let (width, head) = (config.hidden_size, config.head_dim);
    let queries_and_output = 2 * width * config.num_attention_heads * head;
    let keys_and_values = 2 * width * config.num_key_value_heads * head;
    let feed_forward = 3 * width * config.intermediate_size;
    let norms = width * if config.post_norms { 4 } else { 2 };
    config.num_hidden_layers * (queries_and_output + keys_and_values + feed_forward + norms) + width
}

/// The papers count the parameters without the embedding: table 2 of Gemma (arXiv 2403.08295), table 2 of Gemma 2 (arXiv
/// 2408.00118). One size that is off by one, and the sum is another.
#[test]
fn the_presets_are_as_large_as_published() {
    assert_eq!(numbers_beside_the_table(&DecoderConfig::GEMMA_2B), 1_981_884_416, "Gemma 2B");
    assert_eq!(numbers_beside_the_table(&DecoderConfig::GEMMA2_2B), 2_024_517_888, "Gemma 2 2B");
}

/// Gemma 2's paper, §2: logits are capped at 50 in attention and at 30 at the end, and every second layer looks back 4,096
/// tokens; scores are divided by the root of the head's 256.
#[test]
fn gemma_2_caps_and_looks_back_as_published() {
    let config = DecoderConfig::GEMMA2_2B;
    assert_eq!((config.attn_logit_softcapping, config.final_logit_softcapping), (Some(50.0), Some(30.0)), "caps");
    assert_eq!((config.sliding_window, config.query_pre_attn_scalar), (Some(4096), Some(256.0)), "window and scale");
}

/// Three key/value heads cannot serve four query heads.
#[test]
fn query_heads_must_share_evenly() {
    let config = DecoderConfig { num_key_value_heads: 3, ..DecoderConfig::tiny() };
    let expected = ConfigError::UnevenGroups { heads: 4, key_value_heads: 3 };
    assert_eq!(config.validate(), Err(expected), "4 query heads, 3 key/value heads: uneven");
}

/// Features turn in pairs.
#[test]
fn a_head_must_be_even() {
    let config = DecoderConfig { head_dim: 5, ..DecoderConfig::tiny() };
    assert_eq!(config.validate(), Err(ConfigError::OddHead(5)), "an odd head cannot be rotated");
}

/// Every size is at least one, and the error says which is not.
#[test]
fn a_zero_is_named() {
    let tiny = DecoderConfig::tiny;
    let zeros = [
        ("vocab_size", DecoderConfig { vocab_size: 0, ..tiny() }),
        ("hidden_size", DecoderConfig { hidden_size: 0, ..tiny() }),
        ("intermediate_size", DecoderConfig { intermediate_size: 0, ..tiny() }),
        ("num_hidden_layers", DecoderConfig { num_hidden_layers: 0, ..tiny() }),
        ("num_attention_heads", DecoderConfig { num_attention_heads: 0, ..tiny() }),
        ("num_key_value_heads", DecoderConfig { num_key_value_heads: 0, ..tiny() }),
        ("head_dim", DecoderConfig { head_dim: 0, ..tiny() }),
        ("lora.rank", DecoderConfig { lora: Some(LoraConfig { rank: 0, alpha: 1.0 }), ..tiny() }),
    ];
    for (field, config) in zeros {
        assert_eq!(config.validate(), Err(ConfigError::Zero { field }), "{field} = 0 is refused by name");
    }
}

/// Numbers that stand below a division or a root are positive.
#[test]
fn a_number_that_must_be_positive_is_named() {
    let tiny = DecoderConfig::tiny;
    for value in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let broken = [
            ("rope_theta", DecoderConfig { rope_theta: value, ..tiny() }),
            ("rms_norm_eps", DecoderConfig { rms_norm_eps: value, ..tiny() }),
            ("final_logit_softcapping", DecoderConfig { final_logit_softcapping: Some(value), ..tiny() }),
        ];
        for (name, config) in broken {
            let refused = matches!(config.validate(), Err(ConfigError::NotPositive { field, .. }) if field == name);
            assert!(refused, "{name} = {value} is refused by name, but validate() said {:?}", config.validate());
        }
    }
}
