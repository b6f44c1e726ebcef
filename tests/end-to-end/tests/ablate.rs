//! Ablations as a user runs them: two questions, one about each phase, stopped and asked again.

use std::fs;
use std::path::Path;

use end_to_end::{done, vlm};
use serde_json::Value;

/// The finished runs of an ablation.
fn results(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("results.jsonl")).expect("results.jsonl");
    text.lines().map(|line| serde_json::from_str(line).expect("one object per line")).collect()
}

/// Every arm from every seed, in tables and a drawing; and the same question again trains nothing.
#[test]
fn a_question_about_phase_one_is_answered_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("bias");
    let command = "ablate bias --preset pico --steps 2 --seeds 2";
    let shown = done(&mut vlm(command, &out));
    for part in ["minus-ten", "zero", "prior", "paper says", "verdict", "SigLIP, table 4"] {
        assert!(shown.contains(part), "the table should show '{part}':\n{shown}");
    }
    let first = results(&out);
    assert_eq!(first.len(), 3 * 2, "three arms, two seeds");
    assert!(first.iter().all(|run| run["losses"].as_array().is_some_and(|losses| losses.len() == 2)));
    let loss = |arm: &str| first.iter().find(|run| run["arm"] == arm).map(|run| run["losses"][0].clone());
    assert!(loss("zero") != loss("minus-ten"), "the bias is changed before the first step");
    let report = fs::read_to_string(out.join("report.md")).expect("report.md");
    assert!(shown.contains(&report), "the terminal shows what the file holds");
    let drawing = fs::read_to_string(out.join("curves.svg")).expect("curves.svg");
    assert_eq!(drawing.matches("stroke-width").count(), 3, "one curve per arm:\n{drawing}");

    // As if it had been stopped after three runs: those stay, the others are made again, to the bit.
    let text = fs::read_to_string(out.join("results.jsonl")).expect("results.jsonl");
    let kept: String = text.lines().take(3).map(|line| format!("{line}\n")).collect();
    fs::write(out.join("results.jsonl"), kept).expect("written");
    let shown = done(&mut vlm(command, &out));
    assert!(shown.contains("3 of 6 runs are there already"), "{shown}");
    assert_eq!(results(&out), first, "a run depends on its arm and its seed and nothing else");

    let other = vlm("ablate bias --preset pico --steps 3 --seeds 2", &out).output().expect("the program starts");
    assert!(!other.status.success(), "other settings are not mixed in");
    let error = String::from_utf8_lossy(&other.stderr);
    assert!(error.contains("2 steps") && error.contains("results.jsonl"), "{error}");
}

/// The arms of phase two, from a siglip run of one's own.
#[test]
fn questions_about_phase_two_start_from_a_run_of_phase_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let siglip = folder.path().join("siglip");
    done(&mut vlm("train siglip --preset pico --steps 2", &siglip));
    for (name, arms) in [("mask", 3), ("pretraining", 3), ("blind", 2)] {
        let out = folder.path().join(name);
        done(&mut vlm(&format!("ablate {name} --steps 3 --seeds 2 --init {}", siglip.display()), &out));
        let results = results(&out);
        assert_eq!(results.len(), arms * 2, "{name}: every arm from every seed");
        let losses: Vec<&Value> = results.iter().map(|run| &run["metrics"]["loss"]).collect();
        assert!(losses.iter().all(|loss| loss.as_f64().is_some_and(f64::is_finite)), "{name}: {losses:?}");
        let first_seed: Vec<&Value> = results.iter().filter(|run| run["seed"] == 1).map(|run| &run["losses"]).collect();
        // This size has one decoder layer. There the line break and the answer see the whole prefix under every mask, as it
        // came from the embedding, so the mask cannot matter; everything else must.
        let is_the_same = name == "mask";
        assert!(first_seed.windows(2).all(|pair| (pair[0] == pair[1]) == is_the_same), "{name}: {first_seed:?}");
    }
}
