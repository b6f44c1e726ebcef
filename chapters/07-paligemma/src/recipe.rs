//! The numbers of every recipe, all in one place.
//!
//! They were found by trying: start from them, and change one at a time.

use std::time::Duration;

use autoregressive_training::{MixtureConfig, SceneTask};
use data::Augmentation;
use siglip_training::{PairConfig, Size};

use crate::run_folder::Task;

/// Tokens in the vocabulary, special ones included: enough for every common word to be one token.
pub const VOCABULARY: usize = 4096;

/// Gradients longer than this are shortened.
pub const CLIP_NORM: f64 = 1.0;

/// Time between two checkpoints, at least;
pub const SHORTEST_PAUSE: Duration = Duration::from_secs(60);

/// and so many times as long as writing one takes: those of three billion parameters have twelve gigabytes.
pub const PAUSE_PER_SAVE: u32 = 20;

/// Captions at a time in the chunked loss.
pub const LOSS_CHUNK: usize = 32;

/// A low-rank correction is multiplied by this number over its rank.
pub const LORA_ALPHA: f64 = 16.0;

/// Steps of a run on a folder of pictures.
pub const FOLDER_STEPS: u64 = 300;

/// Pictures in a batch from a folder.
pub const FOLDER_BATCH: usize = 8;

/// Published weights have learned from a billion pictures, and what they know is easily lost: their learning rates are
/// multiplied by this number, which makes AdamW's 0.001 one of the rates of PaliGemma's own transfers, 0.00001 (arXiv
/// 2407.07726, §3.2.4). Tried on small random weights only.
pub const PUBLISHED_RATE: f64 = 0.01;

/// The seed of the examination: everybody sits the same paper.
pub const EXAMINATION_SEED: u64 = 20_000;

/// Is this the size that only exists for tests?
fn is_for_tests(size: &Size) -> bool {
    size.name == "pico"
}

/// Steps of a run when neither `--steps` nor `--minutes` is given.
pub fn steps(size: &Size, task: Task) -> u64 {
    match (size.name, task) {
        ("pico", _) => 30,
        (_, Task::Folder) => FOLDER_STEPS,
        ("micro", Task::Siglip) => 16_000,
        ("micro", Task::Vlm) => 20_000,
        (_, Task::Siglip) => 3000,
        (_, Task::Vlm) => 5000,
        (_, Task::EasyVqa) => 2000,
    }
}

/// Steps of each phase of `quickstart`: contrastive, generative.
pub fn quickstart_steps(size: &Size) -> (u64, u64) {
    match size.name {
        "pico" => (20, 20),
        "micro" => (8000, 4000),
        _ => (1200, 900),
    }
}

/// The batches of phase one.
pub fn pairs(size: &Size) -> PairConfig {
    let all_round = PairConfig {
        batch_size: if is_for_tests(size) { 16 } else { 100 },
        side: size.image_size as u32,
        small_until: 0, // see `small_share`
        noun_share: 0.15,
        scene_share: 0.15,
        keyword_probability: 0.1,
        augmentation: variation(),
    };
    if size.name == "nano" {
        // A few minutes are not enough for 1,600 things: a quick start is mostly about the hundred nouns. Ten scenes take
        // thirty of them, which leaves the seventy that are shown alone.
        return PairConfig { noun_share: 0.7, scene_share: 0.1, ..all_round };
    }
    all_round
}

/// The batches of phase one in `quickstart`. Pictures of 64 pixels cut into 16 patches show little of a small drawing: in
/// minutes, nouns are learned faster from large ones.
pub fn quickstart_pairs(size: &Size) -> PairConfig {
    let pairs = pairs(size);
    if size.name == "nano" {
        return PairConfig { augmentation: Augmentation { size: (0.7, 1.0), ..pairs.augmentation }, ..pairs };
    }
    pairs
}

/// For which fraction of phase one pictures have half their side; in phase two they have it while the vision tower is
/// frozen, if they had it in phase one. With nano's large patches, four would be left.
pub fn small_share(size: &Size) -> f64 {
    if size.name == "nano" { 0.0 } else { 0.85 }
}

/// Half the variation: a run of minutes sees each drawing too seldom to learn it by heart, and what it sees varied in full
/// it learns slowly.
fn variation() -> Augmentation {
    Augmentation { size: (0.5, 1.0), ..Augmentation::TRAINING.scaled(0.5) }
}

/// The batches of phase two.
pub fn mixture(size: &Size) -> MixtureConfig {
    MixtureConfig {
        batch_size: if is_for_tests(size) { 8 } else { 64 },
        side: size.image_size as u32,
        small_until: 0, // see `GenerativePlan::small_first`
        single_caption: 2.5,
        scene_tasks: vec![
            (SceneTask::Caption, 2.0),
            (SceneTask::Count, 1.0),
            (SceneTask::Presence, 2.5),
            (SceneTask::Relation, 1.0),
            (SceneTask::Detect, 4.5), // the longest answers: every token of them counts for less
        ],
        augmentation: variation(),
    }
}

/// Questions in a batch of easy-VQA.
pub fn easy_vqa_batch(size: &Size) -> usize {
    if is_for_tests(size) { 8 } else { 64 }
}

/// How a vision tower joins generative training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VisionJoins {
    /// After this fraction of the steps.
    pub starts: f64,
    /// At this fraction of the learning rate.
    pub rate: f64,
}

/// A pre-trained tower is wrecked by the gradients of a decoder that knows nothing: it waits, then moves slowly. A
/// random tower has nothing to lose. In transfer the decoder knows its business, so the tower need not wait.
pub fn vision_joins(task: Task, is_pretrained: bool) -> VisionJoins {
    match (task, is_pretrained) {
        (_, false) => VisionJoins { starts: 0.0, rate: 1.0 },
        (Task::EasyVqa | Task::Folder, true) => VisionJoins { starts: 0.0, rate: 0.5 },
        (_, true) => VisionJoins { starts: 0.6, rate: 0.15 },
    }
}

/// How much of the examination is sat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Examination {
    /// Whether pictures are also looked up among all captions, not only among the nouns.
    pub retrieval_among_all: bool,
    /// Number of scenes.
    pub scenes: usize,
    /// At most so many single pictures are captioned.
    pub captions: usize,
    /// At most so many easy-VQA questions are asked.
    pub easy_vqa: usize,
    /// The same for a model that was never trained on easy-VQA: a sample says enough.
    pub easy_vqa_before_transfer: usize,
}

/// The whole examination, or a sample of it for the size that only exists for tests.
pub fn examination(preset: &str) -> Examination {
    if preset == "pico" {
        Examination { retrieval_among_all: false, scenes: 12, captions: 64, easy_vqa: 64, easy_vqa_before_transfer: 64 }
    } else {
        Examination {
            retrieval_among_all: true,
            scenes: 300,
            captions: usize::MAX,
            easy_vqa: usize::MAX,
            easy_vqa_before_transfer: 1000,
        }
    }
}
