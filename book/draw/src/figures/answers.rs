//! Chapter 06: how phase two went, boxes as words, and the examination.

use anyhow::Result;
use autoregressive_training::boxes::{box_tokens, parse_detections};
use autoregressive_training::tasks::detect_prompt;
use data::BoundingBox;
use paligemma::run_folder::Task;

use super::{loss_curve, result_bars};
use crate::bundled::Bundled;
use crate::svg::{Drawing, bars};

/// The loss of the bundled run.
pub fn loss(bundled: &Bundled) -> Result<String> {
    Ok(loss_curve("phase two: the loss of a batch of answers", &bundled.log(Task::Vlm)?).drawn())
}

/// Scenes of the held-out artist: where a thing is, and where the model says it is.
pub fn boxes(bundled: &Bundled) -> Result<String> {
    let speaker = bundled.speaker()?;
    let scenes = bundled.scenes(6)?;
    // The first thing of each scene, so that they were not picked for being found.
    let prompts = scenes.iter().map(|scene| (&scene.picture, detect_prompt(&[scene.objects[0].name.clone()])));
    let answers = speaker.examinee().answers(&prompts.collect::<Vec<_>>(), |_| {})?;
    let (step, side) = (154.0, 140.0);
    let mut drawing = Drawing::new(10.0 + 2.0 * 172.0 + 24.0);
    for (index, (scene, answer)) in scenes.iter().zip(&answers).enumerate() {
        let (x, y) = (16.0 + step * (index % 3) as f64, 10.0 + 172.0 * (index / 3) as f64);
        drawing.picture([x, y, side, side], scene.picture.clone())?;
        outline(&mut drawing, (x, y), side, &scene.objects[0].bounds, "s2 dashed");
        for (_, bounds) in parse_detections(answer) {
            outline(&mut drawing, (x, y), side, &bounds, "s1");
        }
        drawing.text(
            (x + side / 2.0, y + side + 17.0),
            "middle",
            "small",
            &format!("detect {}", scene.objects[0].name),
        );
    }
    let y = 10.0 + 2.0 * 172.0 + 8.0;
    for (x, class, words) in [(16.0, "s2 dashed", "where it is"), (150.0, "s1", "where the model says it is")] {
        drawing.line((x, y), (x + 24.0, y), class);
        drawing.text((x + 32.0, y + 5.0), "start", "quiet small", words);
    }
    Ok(drawing.finished())
}

fn outline(drawing: &mut Drawing, (x, y): (f64, f64), side: f64, bounds: &BoundingBox, class: &str) {
    let at = |fraction: f32| f64::from(fraction.clamp(0.0, 1.0)) * side;
    let (width, height) = (at(bounds.x_max) - at(bounds.x_min), at(bounds.y_max) - at(bounds.y_min));
    drawing.rectangle([x + at(bounds.x_min), y + at(bounds.y_min), width.max(0.0), height.max(0.0)], class, 1.0);
}

/// A box, the numbers along both sides, and the words that it becomes.
pub fn locations(bundled: &Bundled) -> Result<String> {
    let scene = bundled.scenes(1)?.remove(0);
    let object = &scene.objects[0];
    let (x, y, side) = (120.0, 34.0, 240.0);
    let mut drawing = Drawing::new(330.0);
    drawing.picture([x, y, side, side], scene.picture.clone())?;
    for bin in [0, 256, 512, 768, 1023] {
        let at = side * f64::from(bin) / 1023.0;
        drawing.line((x + at, y - 6.0), (x + at, y), "grid");
        drawing.text((x + at, y - 10.0), "middle", "quiet small", &bin.to_string());
        drawing.line((x - 6.0, y + at), (x, y + at), "grid");
        drawing.text((x - 10.0, y + at + 4.0), "end", "quiet small", &bin.to_string());
    }
    outline(&mut drawing, (x, y), side, &object.bounds, "s1");
    let words = format!("{} {}", box_tokens(&object.bounds), object.name);
    drawing.text((240.0, 300.0), "middle", "", &words);
    drawing.text((240.0, 318.0), "middle", "quiet small", "top, left, bottom, right, name");
    Ok(drawing.finished())
}

/// The examination, beside answers that were given without looking.
pub fn exam(bundled: &Bundled) -> Result<String> {
    let mut metrics = bundled.metrics(Task::Vlm)?;
    // Before the transfer easy-VQA is none of the model's subjects; afterwards it is.
    metrics.retain(|name, _| !name.starts_with("easy_vqa."));
    metrics.extend(bundled.metrics(Task::EasyVqa)?);
    let is_wanted = |name: &str| !name.ends_with("box_mean_iou");
    Ok(bars(&result_bars(&metrics, is_wanted), ["model", "guessing without looking"]))
}
