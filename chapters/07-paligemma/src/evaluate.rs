//! What a run can do, in numbers, beside what can be had without learning.

use std::time::Instant;

use autoregressive_training::{Examinee, ScenePaper, Scores};
use candle_core::Device;
use data::{EasyVqa, Gallery, Split};
use siglip_training::{Exhibition, Retrieval, evaluate_retrieval, pixel_baseline};

use crate::error::Result;
use crate::load::{Retriever, Speaker};
use crate::metrics::Metrics;
use crate::progress::counter;
use crate::recipe::{EXAMINATION_SEED, Examination, examination};
use crate::run_folder::{ModelConfig, RunFolder, Task};
use crate::subject::Subject;

/// Side of the pictures that the pixel baseline compares: half the sprites' own, which smooths their edges.
const PIXEL_SIDE: u32 = 32;

/// Fewest different nouns of which scenes can be made.
const FEWEST_NOUNS: usize = 3;

/// Examines a run on the pictures of `subject`.
///
/// # Errors
/// When the run cannot be loaded or a picture cannot be read.
pub fn evaluate(run: &RunFolder, subject: &Subject, device: &Device) -> Result<Metrics> {
    let started = Instant::now();
    let config = run.config()?;
    let extent = examination(&config.preset);
    let mut metrics = match &config.model {
        ModelConfig::Siglip(model) => retrieval(&Retriever::of(run, model, device)?, subject, &extent)?,
        ModelConfig::Vlm(model) => {
            let speaker = Speaker::of(run, model, device)?;
            match config.task {
                // Transfer makes a specialist: it is asked what it was trained for.
                Task::EasyVqa => easy_vqa(&speaker, extent.easy_vqa)?,
                _ => speech(&speaker, subject, &extent)?,
            }
        }
    };
    metrics.insert(format!("seconds.evaluation.{}", config.task), started.elapsed().as_secs_f64());
    Ok(metrics)
}

/// Retrieval among the nouns and among all captions.
fn retrieval(retriever: &Retriever, subject: &Subject, extent: &Examination) -> Result<Metrics> {
    let mut metrics = Metrics::new();
    let groups = [("", &subject.nouns, &subject.training_nouns), ("all_", &subject.all, &subject.training)];
    for (group, pictures, training) in groups {
        let is_sampled_out = group == "all_" && subject.is_held_out() && !extent.retrieval_among_all;
        if pictures.is_empty() || is_sampled_out {
            continue;
        }
        let side = retriever.model.config().vision_config.image_size as u32;
        let found = evaluate_retrieval(&retriever.model, &retriever.tokenizer, &Exhibition::new(pictures, side))?;
        let nearest = pixel_baseline(training, &Exhibition::new(pictures, PIXEL_SIDE), PIXEL_SIDE)?;
        let name = |score: &str| format!("contrastive.{}.{group}{score}", subject.name);
        let Retrieval { top1, top5, classes } = found;
        metrics.extend([
            (name("top1"), top1),
            (name("top5"), top5),
            (name("pixel_top1"), nearest.top1),
            (name("pixel_top5"), nearest.top5),
            (format!("contrastive.{group}classes"), classes as f64),
        ]);
    }
    Ok(metrics)
}

/// Captions of single pictures, everything about scenes, and what the model makes of easy-VQA before transfer.
fn speech(speaker: &Speaker, subject: &Subject, extent: &Examination) -> Result<Metrics> {
    let examinee = speaker.examinee();
    let side = speaker.model.config().vision_config.image_size as u32;
    let exhibition = Exhibition::new(&subject.sample(extent.captions), side);
    let captions = examinee.captions(&exhibition, counter("captions", exhibition.pictures.len()))?;
    let mut metrics = named("caption", subject.name, captions);
    if distinct_nouns(&subject.nouns) >= FEWEST_NOUNS {
        let paper = ScenePaper::new(&subject.nouns, side, extent.scenes, EXAMINATION_SEED)?;
        let scenes = examinee.scenes(&paper, counter("scenes", paper.len()))?;
        metrics.extend(named("scene", subject.name, scenes));
    }
    if subject.is_held_out() {
        metrics.extend(easy_vqa(speaker, extent.easy_vqa_before_transfer)?);
    }
    Ok(metrics)
}

/// At most `most` questions of the official test, spread evenly over it.
fn easy_vqa(speaker: &Speaker, most: usize) -> Result<Metrics> {
    let mut test = EasyVqa::load(Split::Test)?;
    let stride = test.questions.len().div_ceil(most).max(1);
    test.questions = test.questions.into_iter().step_by(stride).collect();
    let total = test.questions.len();
    let scores = speaker.examinee().easy_vqa(&test, &EasyVqa::load(Split::Train)?, counter("easy-VQA", total))?;
    Ok(named("easy_vqa", "test", scores))
}

fn named(kind: &str, subject: &str, scores: Scores) -> Metrics {
    scores.into_iter().map(|(score, value)| (format!("{kind}.{subject}.{score}"), value)).collect()
}

fn distinct_nouns(gallery: &Gallery) -> usize {
    let mut nouns: Vec<usize> = gallery.sprites().iter().filter_map(|sprite| sprite.noun).collect();
    nouns.sort_unstable();
    nouns.dedup();
    nouns.len()
}

impl Speaker {
    /// This model as the examination wants it.
    pub fn examinee(&self) -> Examinee<'_> {
        Examinee { model: &self.model, tokenizer: &self.tokenizer }
    }
}
