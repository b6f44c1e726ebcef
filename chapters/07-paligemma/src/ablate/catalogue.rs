//! What can be asked, the arms of each question, and what the papers found.

use autoregressive_training::{LossOn, Variant};
use clap::ValueEnum;
use contrastive_loss::prior_bias;
use gemma_masking::PrefixAttention;
use siglip_training::ContrastiveLoss;

use super::contrastive_arm::ContrastiveArm;
use super::generative_arm::{GenerativeArm, Start, Vision};
use crate::recipe::{VisionJoins, vision_joins};
use crate::run_folder::Task;

/// Pictures in a batch of phase one where nothing else is said.
const BATCH: usize = 64;
/// A batch so small that most of a softmax's choices are missing.
const SMALL_BATCH: usize = 16;

/// The ablations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Name {
    /// Sigmoid or softmax loss, in small batches?
    Loss,
    /// Where should the bias of the sigmoid loss start?
    Bias,
    /// Should the prompt be read in both directions?
    Mask,
    /// Should the prompt carry loss, too?
    Suffix,
    /// Should the vision tower learn in phase two, and from when on?
    Freeze,
    /// What is phase one worth to phase two?
    Pretraining,
    /// Are more image tokens worth their time?
    Tokens,
    /// Does the model look at the picture at all?
    Blind,
}

impl Name {
    /// As it is typed.
    pub fn typed(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// The question, as it stands in `--help`.
    pub fn question(self) -> String {
        let value = self.to_possible_value();
        value.and_then(|value| value.get_help().map(ToString::to_string)).unwrap_or_default()
    }
}

/// What is measured on the held-out artist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Phase one: the right one of a hundred nouns comes first.
    Top1,
    /// Phase one: the right noun is among the first five.
    Top5,
    /// Phase two: surprise per token of the true answers.
    Loss,
    /// Phase two: answers that are right to the letter.
    Exact,
}

impl Metric {
    /// Its name in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Top1 => "top1",
            Self::Top5 => "top5",
            Self::Loss => "loss",
            Self::Exact => "exact",
        }
    }

    /// What it is, for the head of a column.
    pub fn words(self) -> &'static str {
        match self {
            Self::Top1 => "right noun of 100 first",
            Self::Top5 => "right noun among five",
            Self::Loss => "loss per answer token",
            Self::Exact => "answers right to the letter",
        }
    }

    /// Is less of it better?
    pub fn lower_is_better(self) -> bool {
        self == Self::Loss
    }
}

/// What an arm changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Setting {
    /// About phase one.
    Contrastive(ContrastiveArm),
    /// About phase two.
    Generative(GenerativeArm),
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// Its name in tables and results.
    pub name: &'static str,
    /// What it is trained with.
    pub setting: Setting,
}

/// Two arms, and which of them the paper found better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    /// The better one, or the one that we expect to be better where no paper says.
    pub better: &'static str,
    /// The other.
    pub worse: &'static str,
    /// What the paper says, with its place.
    pub paper: &'static str,
}

/// A question with everything that is needed to answer it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ablation {
    /// What was found elsewhere, in a line.
    pub found: &'static str,
    /// Steps of each run, chosen to be few: the whole should take minutes, not hours.
    pub steps: u64,
    /// What is measured; the first decides.
    pub metrics: [Metric; 2],
    /// What is trained.
    pub arms: Vec<Arm>,
    /// What is compared.
    pub comparisons: Vec<Comparison>,
}

impl Ablation {
    /// Does it train phase one?
    pub fn is_contrastive(&self) -> bool {
        self.arms.iter().all(|arm| matches!(arm.setting, Setting::Contrastive(_)))
    }
}

fn contrastive(
    found: &'static str,
    steps: u64,
    arms: &[(&'static str, ContrastiveArm)],
    comparisons: &[Comparison],
) -> Ablation {
    let arms = arms.iter().map(|(name, arm)| Arm { name, setting: Setting::Contrastive(*arm) }).collect();
    Ablation { found, steps, metrics: [Metric::Top1, Metric::Top5], arms, comparisons: comparisons.to_vec() }
}

fn generative(
    found: &'static str,
    steps: u64,
    arms: &[(&'static str, GenerativeArm)],
    comparisons: &[Comparison],
) -> Ablation {
    let arms = arms.iter().map(|(name, arm)| Arm { name, setting: Setting::Generative(*arm) }).collect();
    Ablation { found, steps, metrics: [Metric::Loss, Metric::Exact], arms, comparisons: comparisons.to_vec() }
}

fn compare(better: &'static str, worse: &'static str, paper: &'static str) -> Comparison {
    Comparison { better, worse, paper }
}

/// Everything about the ablation of this name.
pub fn ablation(name: Name) -> Ablation {
    match name {
        Name::Loss => loss(),
        Name::Bias => bias(),
        Name::Mask => mask(),
        Name::Suffix => suffix(),
        Name::Freeze => freeze(),
        Name::Pretraining => pretraining(),
        Name::Tokens => tokens(),
        Name::Blind => blind(),
    }
}

fn loss() -> Ablation {
    let sigmoid = ContrastiveArm::with_batch;
    let softmax = |batch| ContrastiveArm { loss: ContrastiveLoss::Softmax, ..sigmoid(batch) };
    contrastive(
        "sigmoid clearly better in batches below 16,000 pictures (SigLIP, arXiv 2303.15343, figure 2)",
        300,
        &[
            ("sigmoid-16", sigmoid(SMALL_BATCH)),
            ("softmax-16", softmax(SMALL_BATCH)),
            ("sigmoid-64", sigmoid(BATCH)),
            ("softmax-64", softmax(BATCH)),
        ],
        &[
            compare("sigmoid-16", "softmax-16", "sigmoid better in small batches (SigLIP, figure 2)"),
            compare("sigmoid-64", "softmax-64", "sigmoid better in small batches (SigLIP, figure 2)"),
        ],
    )
}

fn bias() -> Ablation {
    let paper = ContrastiveArm::with_batch(BATCH);
    contrastive(
        "63.0 % from b = −10 against 61.7 % from b = 0, zero-shot ImageNet (SigLIP, arXiv 2303.15343, table 4)",
        300,
        &[
            ("minus-ten", paper),
            ("zero", ContrastiveArm { bias: 0.0, ..paper }),
            ("prior", ContrastiveArm { bias: prior_bias(BATCH), ..paper }),
        ],
        &[
            compare("minus-ten", "zero", "63.0 % against 61.7 % (SigLIP, table 4)"),
            compare("prior", "minus-ten", "no paper; −ln(N − 1) starts with a lower loss"),
        ],
    )
}

fn mask() -> Ablation {
    let with =
        |attention| GenerativeArm { variant: Variant { attention, ..Variant::default() }, ..GenerativeArm::recipe() };
    generative(
        "78.0 with full attention on the prefix, 77.2 causal on the prompt, 77.3 causal everywhere (PaliGemma, arXiv \
         2407.07726, figure 5)",
        200,
        &[
            ("prefix-lm", with(PrefixAttention::Full)),
            ("causal-prompt", with(PrefixAttention::CausalPrompt)),
            ("causal", with(PrefixAttention::Causal)),
        ],
        &[
            compare("prefix-lm", "causal-prompt", "78.0 against 77.2 (PaliGemma, figure 5)"),
            compare("prefix-lm", "causal", "78.0 against 77.3 (PaliGemma, figure 5)"),
        ],
    )
}

/// Both arms read the prompt from left to right: in both directions a token of the prompt would see the very token that
/// it should predict, and its loss would be for nothing.
fn suffix() -> Ablation {
    let with = |loss_on| GenerativeArm {
        variant: Variant { attention: PrefixAttention::CausalPrompt, loss_on, blind: false },
        ..GenerativeArm::recipe()
    };
    generative(
        "76.1 with loss on a causal prompt, too, 77.2 without (PaliGemma, arXiv 2407.07726, figure 5)",
        250,
        &[("suffix", with(LossOn::Suffix)), ("prompt-and-suffix", with(LossOn::PromptAndSuffix))],
        &[compare(
            "suffix",
            "prompt-and-suffix",
            "76.1 with loss on a causal prompt, 77.2 without (PaliGemma, figure 5)",
        )],
    )
}

fn freeze() -> Ablation {
    let recipe = vision_joins(Task::Vlm, true);
    let with = |vision| GenerativeArm { vision, ..GenerativeArm::recipe() };
    generative(
        "a tower that learns predicts what has to do with places better; no difference after transfer (PaliGemma, arXiv \
         2407.07726, §5.4, figure 7)",
        160,
        &[
            ("late", with(Vision::Joins(recipe))),
            ("frozen", with(Vision::Frozen)),
            ("from-the-start", with(Vision::Joins(VisionJoins { starts: 0.0, ..recipe }))),
        ],
        &[
            compare("from-the-start", "frozen", "lower loss on spatial tasks (PaliGemma, figure 7)"),
            compare("late", "from-the-start", "no paper; the wait is this course's recipe"),
        ],
    )
}

fn pretraining() -> Ablation {
    let with = |start| GenerativeArm { start, ..GenerativeArm::recipe() };
    let at_random = Vision::Joins(vision_joins(Task::Vlm, false)); // it has nothing to lose, and learns from the start
    generative(
        "with any part reset, results are dramatically worse (PaliGemma, arXiv 2407.07726, §5.4, figure 7)",
        160,
        &[
            ("aligned", with(Start::Aligned)),
            ("tower-only", with(Start::TowerOnly)),
            ("random", GenerativeArm { vision: at_random, ..with(Start::Random) }),
        ],
        &[
            compare("tower-only", "random", "a part reset is dramatically worse (PaliGemma, figure 7)"),
            compare("aligned", "tower-only", "no paper; alignment is this course's own"),
        ],
    )
}

fn tokens() -> Ablation {
    let with = |full_size| GenerativeArm { full_size, ..GenerativeArm::recipe() };
    generative(
        "DocVQA 43.7, 78.0, 84.8 with 256, 1,024, 4,096 image tokens (PaliGemma, arXiv 2407.07726)",
        150,
        &[("full-side", with(true)), ("half-side", with(false))],
        &[compare("full-side", "half-side", "DocVQA 78.0 at 448 px, 43.7 at 224 px (PaliGemma)")],
    )
}

fn blind() -> Ablation {
    let with = |blind| GenerativeArm { variant: Variant { blind, ..Variant::default() }, ..GenerativeArm::recipe() };
    generative(
        "no figure in these papers; a control: whoever cannot see must lose what only the picture tells",
        200,
        &[("seeing", with(false)), ("blind", with(true))],
        &[compare("seeing", "blind", "no figure: a control")],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_name_arms_that_exist_and_names_are_unique() {
        for name in Name::value_variants() {
            let Ablation { arms, comparisons, .. } = ablation(*name);
            let mut names: Vec<&str> = arms.iter().map(|arm| arm.name).collect();
            for Comparison { better, worse, .. } in comparisons {
                assert!(names.contains(&better) && names.contains(&worse) && better != worse, "{name:?}: {better}");
            }
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), arms.len(), "{name:?}: two arms of one name");
        }
    }

    #[test]
    fn arms_of_one_ablation_differ() {
        for name in Name::value_variants() {
            let arms = ablation(*name).arms;
            for (index, arm) in arms.iter().enumerate() {
                assert!(arms[..index].iter().all(|other| other.setting != arm.setting), "{name:?}: {}", arm.name);
            }
        }
    }

    #[test]
    fn every_ablation_asks_something() {
        assert!(Name::value_variants().iter().all(|name| name.question().ends_with('?')));
    }
}
