//! `--tasks detect=9,count=2`: how often each task of phase two is drawn.

use std::fmt;
use std::str::FromStr;

use autoregressive_training::{MixtureConfig, SceneTask};
use thiserror::Error;

/// A task of the mixture, under the name that `--tasks` gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    /// Captions of pictures of one thing.
    Single,
    Scene(SceneTask),
}

const NAMES: [(&str, Name); 6] = [
    ("single", Name::Single),
    ("caption", Name::Scene(SceneTask::Caption)),
    ("count", Name::Scene(SceneTask::Count)),
    ("presence", Name::Scene(SceneTask::Presence)),
    ("relation", Name::Scene(SceneTask::Relation)),
    ("detect", Name::Scene(SceneTask::Detect)),
];

/// Weights are shares: a larger one says nothing more.
const LARGEST: f64 = 1e6;

/// Weights that replace those of the recipe; a task that is not named keeps its own.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskWeights(Vec<(Name, f64)>);

impl TaskWeights {
    /// Writes them into a mixture.
    pub fn replace(&self, mixture: &mut MixtureConfig) {
        for &(name, weight) in &self.0 {
            match name {
                Name::Single => mixture.single_caption = weight,
                Name::Scene(task) => {
                    mixture
                        .scene_tasks
                        .iter_mut()
                        .filter(|(other, _)| *other == task)
                        .for_each(|entry| entry.1 = weight);
                }
            }
        }
    }
}

/// What is no list of weights.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadWeights {
    /// No equals sign.
    #[error("'{0}' is not of the form task=weight; write for instance detect=9,count=2")]
    Form(String),
    /// A task that does not exist.
    #[error("there is no task '{0}'; choose from single, caption, count, presence, relation, detect")]
    Task(String),
    /// A weight that is none.
    #[error("'{0}' is no weight; write a number from zero to a million")]
    Weight(String),
    /// A task with two weights.
    #[error("'{0}' is there twice; which weight is meant?")]
    Twice(String),
}

/// As they are typed.
impl fmt::Display for TaskWeights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, weight)) in self.0.iter().enumerate() {
            let typed = NAMES.iter().find(|(_, other)| other == name).map_or("", |(typed, _)| typed);
            write!(f, "{}{typed}={weight}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl FromStr for TaskWeights {
    type Err = BadWeights;

    fn from_str(text: &str) -> Result<Self, BadWeights> {
        let weights = text.split(',').map(entry).collect::<Result<Vec<_>, _>>()?;
        let twice = weights
            .iter()
            .enumerate()
            .find(|(index, (name, _))| weights[..*index].iter().any(|(other, _)| other == name));
        match twice {
            Some((index, _)) => Err(BadWeights::Twice(text.split(',').nth(index).unwrap_or_default().to_owned())),
            None => Ok(Self(weights)),
        }
    }
}

fn entry(text: &str) -> Result<(Name, f64), BadWeights> {
    let (task, weight) = text.split_once('=').ok_or_else(|| BadWeights::Form(text.to_owned()))?;
    let known = NAMES.iter().find(|(name, _)| *name == task.trim());
    let &(_, name) = known.ok_or_else(|| BadWeights::Task(task.trim().to_owned()))?;
    let number = weight.trim().parse().ok().filter(|weight: &f64| (0.0..=LARGEST).contains(weight));
    Ok((name, number.ok_or_else(|| BadWeights::Weight(weight.trim().to_owned()))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_tasks_change_and_the_others_stay() {
        let size = siglip_training::Size::named("nano").expect("a size");
        let before = crate::recipe::mixture(&size);
        let mut after = before.clone();
        "detect=9, single=0".parse::<TaskWeights>().expect("weights").replace(&mut after);
        assert_eq!(after.single_caption, 0.0);
        for ((task, old), (_, new)) in before.scene_tasks.iter().zip(&after.scene_tasks) {
            assert_eq!(*new, if *task == SceneTask::Detect { 9.0 } else { *old }, "{task:?}");
        }
    }

    #[test]
    fn they_are_written_as_they_are_typed() {
        for text in ["detect=9", "single=2.5,caption=3,count=0,presence=1,relation=0.25,detect=1000000"] {
            assert_eq!(text.parse::<TaskWeights>().expect("weights").to_string(), text);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        let refused = |text: &str| text.parse::<TaskWeights>().expect_err(text).to_string();
        assert!(refused("detect").contains("task=weight"));
        assert!(refused("find=1").contains("no task 'find'"));
        assert!(refused("detect=1,count=2,detect=3").contains("'detect=3' is there twice"));
        for weight in ["-1", "NaN", "inf", "many", "1e308"] {
            assert!(refused(&format!("count={weight}")).contains("from zero"), "{weight}");
        }
    }
}
