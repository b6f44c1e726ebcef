//! From phase to phase, and from training to asking.

use std::fs;
use std::path::Path;

use end_to_end::{done, metrics, program, vlm};

/// Encoder → vision-language model → transfer, then every command on the results.
#[test]
fn a_model_grows_from_phase_to_phase_and_answers() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |name: &str| folder.path().join(name);
    let init = |name: &str| run(name).display().to_string();
    done(&mut vlm("train siglip --preset pico --steps 3", &run("siglip")));
    done(&mut vlm(&format!("train vlm --steps 3 --init {}", init("siglip")), &run("vlm")));
    done(&mut vlm(&format!("train easy-vqa --steps 3 --init {}", init("vlm")), &run("easy-vqa")));
    let accuracy = metrics(&run("easy-vqa"));
    assert!(accuracy.contains_key("easy_vqa.test.blind"), "transfer is examined beside its blind baseline");

    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/tests/pictures/cmyk.jpg");
    done(program("vlm").arg("caption").arg(run("vlm")).arg(&picture));
    done(program("vlm").arg("ask").arg(run("easy-vqa")).arg(&picture).arg("what color is the shape?"));
    let found = done(program("vlm").arg("search").arg(run("siglip")).args(["red fruit", "--top", "3"]));
    assert_eq!(found.lines().count(), 3, "three pictures were asked for:\n{found}");
}

/// LiT, LoRA and frozen parts train what they should; the rest stays as it was.
#[test]
fn parts_that_are_kept_do_not_change() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |name: &str| folder.path().join(name);
    let init = |name: &str| run(name).display().to_string();
    done(&mut vlm("train siglip --preset pico --steps 2", &run("siglip")));
    done(&mut vlm("train vlm --preset pico --steps 2", &run("vlm")));
    done(&mut vlm(&format!("train siglip --steps 2 --lock-pictures --init {}", init("siglip")), &run("lit")));
    done(&mut vlm(&format!("train vlm --steps 2 --freeze vision,projector --init {}", init("vlm")), &run("frozen")));
    done(&mut vlm(&format!("train vlm --steps 2 --lora 2 --init {}", init("vlm")), &run("lora")));

    assert_kept(&run("siglip"), &run("lit"), "vision_model.", "text_model.");
    assert_kept(&run("vlm"), &run("frozen"), "vision_tower.", "language_model.");
    assert_kept(&run("vlm"), &run("lora"), "language_model.", "multi_modal_projector.");
    let adapters = tensors(&run("lora")).into_iter().filter(|(name, _)| name.ends_with(".lora_b"));
    for (name, bytes) in adapters {
        assert!(bytes.iter().any(|byte| *byte != 0), "the adapter {name} should have learnt something");
    }
}

/// All tensors of the second run below `kept` equal those of the first; some below `learning` do not.
#[track_caller]
fn assert_kept(before: &Path, after: &Path, kept: &str, learning: &str) {
    let (before, after) = (tensors(before), tensors(after));
    for (name, bytes) in before.iter().filter(|(name, _)| name.starts_with(kept)) {
        let other = after.iter().find(|(other, _)| other == name).map(|(_, bytes)| bytes);
        assert!(other == Some(bytes), "{name} should be as it was");
    }
    let changed = before.iter().filter(|(name, _)| name.starts_with(learning)).filter(|tensor| !after.contains(tensor));
    assert!(changed.count() > 0, "something in {learning} should have learnt");
}

/// Names and bytes of a run's tensors, read by hand: a length, a JSON header with offsets, then the numbers.
fn tensors(run: &Path) -> Vec<(String, Vec<u8>)> {
    let file = fs::read(run.join("model.safetensors")).expect("a trained run");
    let (length, rest) = file.split_at(8);
    let length = u64::from_le_bytes(length.try_into().expect("eight bytes")) as usize;
    let (header, numbers) = rest.split_at(length);
    let header: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(header).expect("a JSON header");
    let offset =
        |entry: &serde_json::Value, index: usize| entry["data_offsets"][index].as_u64().expect("offsets") as usize;
    header
        .into_iter()
        .filter(|(name, _)| name != "__metadata__")
        .map(|(name, entry)| (name, numbers[offset(&entry, 0)..offset(&entry, 1)].to_vec()))
        .collect()
}
