//! Specification of `VisionConfig`: published configurations are read, impossible ones are refused.

use spec::proptest::prelude::*;
use vit_patching::{VisionConfig, VisionError};

/// The vision part of PaliGemma's published configuration, with the fields that a tower does not need.
const PALIGEMMA: &str = r#"{
    "hidden_size": 1152, "intermediate_size": 4304, "model_type": "siglip_vision_model", "num_attention_heads": 16,
    "num_hidden_layers": 27, "num_image_tokens": 256, "patch_size": 14, "projection_dim": 2048,
    "projector_hidden_act": "gelu_fast", "vision_use_head": false
}"#;

/// What the file leaves out has the value that the checkpoint means.
#[test]
fn a_published_configuration_is_read() {
    let config: VisionConfig = serde_json::from_str(PALIGEMMA).expect("the published fields are known");
    assert_eq!(
        (config.image_size, config.num_channels, config.layer_norm_eps),
        (224, 3, 1e-6),
        "the defaults of SigLIP"
    );
    assert_eq!((config.grid(), config.num_patches()), (16, 256), "224 / 14 = 16 patches along a side, 16² in all");
    assert_eq!(config.validate(), Ok(()), "PaliGemma's tower can exist");
}

/// More pixels, more tokens: the price of reading small print.
#[test]
fn tokens_grow_with_the_square_of_the_side() {
    let paligemma: VisionConfig = serde_json::from_str(PALIGEMMA).expect("the published fields are known");
    for (image_size, num_patches) in [(224, 256), (448, 1024), (896, 4096)] {
        let config = VisionConfig { image_size, ..paligemma.clone() };
        assert_eq!(config.num_patches(), num_patches, "a side of {image_size} pixels gives {num_patches} patches");
    }
}

proptest! {
    #![proptest_config(spec::cases(32))]

    /// What is written can be read again.
    #[test]
    fn a_configuration_survives_its_file(hidden_size in 1usize..5000, num_hidden_layers in 0usize..99, patch_size in 1usize..99) {
        let config = VisionConfig { hidden_size, num_hidden_layers, patch_size, ..VisionConfig::tiny() };
        let file = serde_json::to_string(&config).expect("a configuration can be written");
        prop_assert_eq!(serde_json::from_str::<VisionConfig>(&file).expect("and read"), config);
    }
}

/// Each impossible size is named, with what to do about it.
#[test]
fn impossible_sizes_are_refused() {
    let refusal = |config: VisionConfig| config.validate().expect_err("such a tower cannot exist");
    let tiny = VisionConfig::tiny;
    assert_eq!(refusal(VisionConfig { patch_size: 0, ..tiny() }), VisionError::Zero { field: "patch_size" });
    assert_eq!(refusal(VisionConfig { hidden_size: 0, ..tiny() }), VisionError::Zero { field: "hidden_size" });
    assert_eq!(
        refusal(VisionConfig { num_attention_heads: 0, ..tiny() }),
        VisionError::Zero { field: "num_attention_heads" }
    );
    assert_eq!(
        refusal(VisionConfig { intermediate_size: 0, ..tiny() }),
        VisionError::Zero { field: "intermediate_size" }
    );
    let untiled = refusal(VisionConfig { image_size: 30, patch_size: 8, ..tiny() }).to_string();
    assert!(untiled.contains("such as 32"), "the error should name a side that works: {untiled}");
    let uneven = refusal(VisionConfig { hidden_size: 30, num_attention_heads: 4, ..tiny() }).to_string();
    assert!(uneven.contains("multiple of num_attention_heads"), "the error should say what to choose: {uneven}");
}
