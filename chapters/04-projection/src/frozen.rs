//! Which of the three parts may learn.
//!
//! In PaliGemma's pre-training nothing is frozen: with everything but the connector frozen, the score after transfer falls
//! from 77.2 to 70.7 (§5.5; with the tower alone frozen it stays where it is, §5.4). Freezing still has its uses: it keeps a vision
//! tower fresh from contrastive training from the first gradients of an untrained decoder, as a precaution, and LoRA
//! leaves the decoder's own weights as they are.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A part of the vision-language model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The vision tower, `vision_tower.…`.
    Vision,
    /// The projector, `multi_modal_projector.…`.
    Projector,
    /// The language model, `language_model.…`.
    Decoder,
}

impl Part {
    /// All parts, in the order in which a picture passes through them.
    pub const ALL: [Self; 3] = [Self::Vision, Self::Projector, Self::Decoder];

    /// The part that the parameter of this name belongs to.
    pub fn of(name: &str) -> Option<Self> {
        // ANCHOR: part_of
        let (module, _) = name.split_once('.')?;
        match module {
            "vision_tower" => Some(Self::Vision),
            "multi_modal_projector" => Some(Self::Projector),
            "language_model" => Some(Self::Decoder),
            _ => None,
        }
        // ANCHOR_END: part_of
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Vision => "vision",
            Self::Projector => "projector",
            Self::Decoder => "decoder",
        })
    }
}

/// A name that is no part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no part of the model; name vision, projector or decoder, with commas between them")]
pub struct UnknownPart(pub String);

impl FromStr for Part {
    type Err = UnknownPart;

    fn from_str(name: &str) -> Result<Self, UnknownPart> {
        Self::ALL.into_iter().find(|part| part.to_string() == name).ok_or_else(|| UnknownPart(name.to_owned()))
    }
}

/// The parts that do not learn; none by default. Reads from text such as `vision,projector`.
///
/// ```
/// use projection::Frozen;
///
/// let frozen: Frozen = "decoder".parse()?;
/// assert!(frozen.is_frozen("language_model.model.norm.weight"));
/// assert!(!frozen.is_frozen("multi_modal_projector.linear.bias"));
/// # Ok::<(), projection::UnknownPart>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Frozen(BTreeSet<Part>);

impl Frozen {
    /// The same parts and one more.
    #[must_use]
    pub fn with(mut self, part: Part) -> Self {
        self.0.insert(part);
        self
    }

    /// Whether `part` does not learn.
    pub fn contains(&self, part: Part) -> bool {
        self.0.contains(&part)
    }

    /// Whether the parameter of this name does not learn. Made for
    /// [`Params::builder_with_frozen`](foundations::Params::builder_with_frozen). Low-rank adapters learn even in a
    /// frozen part: that is what they are for.
    pub fn is_frozen(&self, name: &str) -> bool {
        // ANCHOR: is_frozen
        let adapter = name.ends_with(".lora_a") || name.ends_with(".lora_b");
        !adapter && Part::of(name).is_some_and(|part| self.contains(part))
        // ANCHOR_END: is_frozen
    }
}

impl FromIterator<Part> for Frozen {
    fn from_iter<I: IntoIterator<Item = Part>>(parts: I) -> Self {
        Self(parts.into_iter().collect())
    }
}

impl FromStr for Frozen {
    type Err = UnknownPart;

    fn from_str(names: &str) -> Result<Self, UnknownPart> {
        names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Part::from_str).collect()
    }
}

impl fmt::Display for Frozen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.0.iter().map(Part::to_string).collect();
        f.write_str(&names.join(","))
    }
}
