//! Specification of freezing parts.

mod support;

use candle_core::{DType, Result};
use foundations::Params;
use projection::{Frozen, Part, ProjectorInit, UnknownPart};
use spec::{assert_only_these_learn, device, random};
use support::JointModel;

/// The parameters of the joint model learn, or not, as `frozen` says.
fn assert_obeyed(frozen: Frozen, learns: impl Fn(&str) -> bool) -> Result<()> {
    let params = Params::new(1, DType::F32, &device());
    let model = JointModel::new(ProjectorInit::Xavier, params.builder_with_frozen(move |name| frozen.is_frozen(name)))?;
    let b = "language_model.model.layer.lora_b"; // starts at zero, and its partner's gradient with it
    params.set(b, &random(params.get(b)?.shape(), 3))?;
    assert_only_these_learn(&params, &model.loss()?, learns);
    Ok(())
}

/// PaliGemma's way.
#[test]
fn nothing_is_frozen_by_default() -> Result<()> {
    assert_obeyed(Frozen::default(), |_| true)
}

/// A tower fresh from contrastive training, kept as it is.
#[test]
fn a_frozen_tower_gets_no_gradient() -> Result<()> {
    assert_obeyed(Frozen::default().with(Part::Vision), |name| !name.starts_with("vision_tower."))
}

/// A frozen projector still lets the gradient through to the tower below it.
#[test]
fn a_frozen_projector_passes_the_gradient_on() -> Result<()> {
    assert_obeyed(Frozen::default().with(Part::Projector), |name| !name.starts_with("multi_modal_projector."))
}

/// LoRA: the decoder's weights rest, the adapters beside them learn.
#[test]
fn adapters_of_a_frozen_decoder_learn() -> Result<()> {
    let adapter = |name: &str| name.ends_with("lora_a") || name.ends_with("lora_b");
    assert_obeyed(Frozen::default().with(Part::Decoder), move |name| {
        adapter(name) || !name.starts_with("language_model.")
    })
}

/// "Connector only", as in PaliGemma §5.5 (here with adapters).
#[test]
fn parts_can_be_frozen_together() -> Result<()> {
    let frozen = [Part::Vision, Part::Decoder].into_iter().collect();
    assert_obeyed(frozen, |name| name.starts_with("multi_modal_projector.") || name.contains("lora_"))
}

/// Adapters learn beside any frozen part, and it is the ending of a name that makes an adapter. What belongs to no part
/// cannot be frozen.
#[test]
fn a_name_says_whether_its_parameter_rests() {
    let frozen: Frozen = Part::ALL.into_iter().collect();
    for (name, rests) in [
        ("vision_tower.vision_model.encoder.layers.0.mlp.fc1.weight", true),
        ("vision_tower.vision_model.encoder.layers.0.mlp.fc1.lora_a", false),
        ("multi_modal_projector.linear.lora_b", false),
        ("language_model.model.flora_head.weight", true),
        ("logit_scale", false),
    ] {
        assert_eq!(frozen.is_frozen(name), rests, "whether {name} rests when all three parts are frozen");
    }
}

/// The names of a PaliGemma checkpoint, and names that belong to nobody.
#[test]
fn a_parameter_belongs_to_the_part_that_its_name_begins_with() {
    for (name, part) in [
        ("vision_tower.vision_model.post_layernorm.weight", Part::Vision),
        ("multi_modal_projector.linear.weight", Part::Projector),
        ("language_model.model.norm.weight", Part::Decoder),
    ] {
        assert_eq!(Part::of(name), Some(part), "{name}");
    }
    assert_eq!(Part::of("logit_scale"), None, "the contrastive temperature belongs to no part");
    assert_eq!(Part::of("vision_tower_two.weight"), None, "the whole first component counts, not its beginning");
    for name in ["multi_modal_projector_two.weight", "language_model_two.weight"] {
        assert_eq!(Part::of(name), None, "{name}: the whole first component counts, for every part");
    }
    assert_eq!(Part::of("average.vision_tower.post_layernorm.weight"), None, "the first component counts, no other");
    assert_eq!(Part::of("vision_tower"), None, "the tower's own name, without a dot, is no parameter below it");
}

/// What a user types after `--freeze`.
#[test]
fn frozen_parts_are_read_from_text() -> std::result::Result<(), UnknownPart> {
    let frozen: Frozen = " vision, projector".parse()?;
    assert_eq!(frozen, [Part::Projector, Part::Vision].into_iter().collect(), "names with commas, in any order");
    assert_eq!("".parse::<Frozen>()?, Frozen::default(), "nothing typed, nothing frozen");
    assert_eq!(frozen.to_string().parse::<Frozen>()?, frozen, "printing and reading gives the same");
    assert_eq!("vision,text".parse::<Frozen>(), Err(UnknownPart("text".to_owned())), "an unknown part is named");
    Ok(())
}

/// What a checkpoint's configuration holds.
#[test]
fn frozen_parts_survive_json() -> std::result::Result<(), serde_json::Error> {
    let frozen: Frozen = [Part::Decoder, Part::Vision].into_iter().collect();
    let text = serde_json::to_string(&frozen)?;
    assert_eq!(text, r#"["vision","decoder"]"#, "a list of names in a fixed order");
    assert_eq!(serde_json::from_str::<Frozen>(&text)?, frozen, "reading gives back what was saved");
    Ok(())
}
