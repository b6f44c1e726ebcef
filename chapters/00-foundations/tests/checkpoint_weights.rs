//! Weights: strict about names and shapes, and able to take over a part of another model.

mod common;

use std::collections::BTreeMap;

use candle_core::{DType, Tensor};
use common::{Exactly, Outcome, bits, device, numbers};
use foundations::checkpoint::{CheckpointError, TensorFile, load_part, load_weights, save_tensors, save_weights};
use foundations::{Linear, Params};

fn same_name(name: &str) -> Option<String> {
    Some(name.to_owned())
}

/// Two towers, as a contrastive model has them.
fn towers(seed: u64) -> candle_core::Result<Params> {
    let params = Params::new(seed, DType::F32, &device());
    Linear::new(3, 4, params.builder().pp("vision.proj"))?;
    Linear::new(5, 4, params.builder().pp("text.proj"))?;
    Ok(params)
}

fn all_bits(params: &Params) -> Vec<Vec<Exactly>> {
    params.all().iter().map(|(_, variable)| bits(variable)).collect()
}

/// Saved in f32, every bit comes back.
#[test]
fn full_precision_comes_back_to_the_bit() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("weights.safetensors");
    let (saved, loaded) = (towers(1)?, towers(2)?);
    assert_ne!(all_bits(&saved), all_bits(&loaded), "two seeds must give two models, or this test shows nothing");
    save_weights(&path, &saved, DType::F32)?;
    load_weights(&path, &loaded, same_name)?;
    assert_eq!(all_bits(&saved), all_bits(&loaded));
    Ok(())
}

/// Half precision on disk halves the file; each weight comes back within half a unit in its eleventh binary digit.
#[test]
fn half_precision_halves_the_file_and_rounds_to_eleven_bits() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (full, half) = (folder.path().join("full"), folder.path().join("half"));
    let (saved, loaded) = (towers(1)?, towers(2)?);
    save_weights(&full, &saved, DType::F32)?;
    save_weights(&half, &saved, DType::F16)?;
    let bytes = |path| std::fs::metadata(path).map(|metadata| metadata.len());
    assert_eq!(bytes(&full)? - bytes(&half)?, 2 * saved.count() as u64, "two bytes saved per number");
    load_weights(&half, &loaded, same_name)?;
    for ((name, before), (_, after)) in saved.all().iter().zip(loaded.all()) {
        assert_eq!(after.dtype(), DType::F32, "in memory '{name}' keeps its own type");
        for (before, after) in numbers(before).into_iter().zip(numbers(&after)) {
            assert!((before - after).abs() <= before.abs() / 2048.0 + 1e-7, "'{name}': {before} came back as {after}");
        }
    }
    Ok(())
}

/// Written tensor by tensor, the file is to the byte what the format's own library makes of the same tensors at once, types of
/// different widths included.
#[test]
fn the_file_is_the_one_that_the_formats_own_library_writes() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("tensors.safetensors");
    let tensor = |length: u32, dtype| Tensor::arange(0, length, &device()).and_then(|tensor| tensor.to_dtype(dtype));
    let tensors = BTreeMap::from([
        ("bytes".to_owned(), tensor(3, DType::U8)?),
        ("half".to_owned(), tensor(5, DType::BF16)?.reshape((5, 1))?),
        ("number".to_owned(), tensor(1, DType::F32)?.reshape(())?),
        ("single".to_owned(), tensor(6, DType::F32)?.reshape((3, 2))?.t()?),
        ("tokens".to_owned(), tensor(4, DType::U32)?),
    ]);
    save_tensors(&path, tensors.clone())?;
    let on_cpu = tensors.iter().map(|(name, tensor)| Ok((name, tensor.to_device(&candle_core::Device::Cpu)?)));
    let expected = safetensors::serialize(on_cpu.collect::<candle_core::Result<Vec<_>>>()?, None)?;
    assert_eq!(std::fs::read(&path)?, expected);
    Ok(())
}

/// Missing, left over and misshapen in one message; the model is untouched.
#[test]
fn every_difference_is_listed_and_nothing_is_loaded() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("weights.safetensors");
    save_weights(&path, &towers(1)?, DType::F32)?;
    let other = Params::new(2, DType::F32, &device());
    Linear::without_bias(3, 4, other.builder().pp("vision.proj"))?; // its bias is left over
    Linear::new(6, 4, other.builder().pp("text.proj"))?; // its weight is misshapen
    Linear::without_bias(2, 2, other.builder().pp("head"))?; // missing from the file
    let before = all_bits(&other);
    let error = load_weights(&path, &other, same_name).unwrap_err();
    assert!(matches!(error, CheckpointError::Mismatch { .. }), "{error}");
    for part in [
        "'vision.proj.bias' is left over",
        "'text.proj.weight' has shape [4, 5], not [4, 6]",
        "'head.weight' is missing",
    ] {
        assert!(error.to_string().contains(part), "the error should say: {part}. It says: {error}");
    }
    assert_eq!(before, all_bits(&other), "a refused file must change nothing");
    Ok(())
}

/// Published checkpoints name things differently, and carry things that a model has no use for.
#[test]
fn names_can_be_translated_and_tensors_skipped() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("published.safetensors");
    let published = Params::new(1, DType::F32, &device());
    Linear::new(3, 4, published.builder().pp("model.vision_tower.proj"))?;
    published.insert("model.position_ids", &common::normal(1, &[9], DType::F32))?;
    save_weights(&path, &published, DType::F32)?;

    let ours = Params::new(2, DType::F32, &device());
    Linear::new(3, 4, ours.builder().pp("vision.proj"))?;
    let rename = |name: &str| name.strip_prefix("model.vision_tower.").map(|rest| format!("vision.{rest}"));
    load_weights(&path, &ours, rename)?;
    for part in ["weight", "bias"] {
        let theirs = published.get(&format!("model.vision_tower.proj.{part}"))?;
        assert_eq!(bits(&ours.get(&format!("vision.proj.{part}"))?), bits(&theirs), "{part}");
    }
    Ok(())
}

/// The second phase of training takes the vision tower out of the first phase's checkpoint, and leaves the rest of the new
/// model as it is.
#[test]
fn one_tower_can_be_taken_from_a_contrastive_checkpoint() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("contrastive.safetensors");
    let contrastive = towers(1)?;
    save_weights(&path, &contrastive, DType::F32)?;

    let model = Params::new(2, DType::F32, &device());
    Linear::new(3, 4, model.builder().pp("vision.proj"))?;
    Linear::new(4, 8, model.builder().pp("projector"))?;
    let projector = bits(&model.get("projector.weight")?);
    let vision = |name: &str| name.starts_with("vision.");
    load_part(&path, &model, vision, |name| vision(name).then(|| name.to_owned()))?;
    assert_eq!(bits(&model.get("vision.proj.weight")?), bits(&contrastive.get("vision.proj.weight")?));
    assert_eq!(projector, bits(&model.get("projector.weight")?), "the projector is not part of what was asked for");
    Ok(())
}

/// Taking a part is no excuse for leaving a hole in it.
#[test]
fn a_part_is_loaded_as_strictly_as_the_whole() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("contrastive.safetensors");
    save_weights(&path, &towers(1)?, DType::F32)?;
    let model = Params::new(2, DType::F32, &device());
    Linear::new(3, 4, model.builder().pp("vision.proj"))?;
    Linear::new(4, 4, model.builder().pp("vision.head"))?;
    let vision = |name: &str| name.starts_with("vision.");
    let error = load_part(&path, &model, vision, |name| vision(name).then(|| name.to_owned())).unwrap_err();
    assert!(error.to_string().contains("'vision.head.weight' is missing"), "{error}");
    Ok(())
}

/// Other libraries' files may hold what candle has no type for.
#[test]
fn a_type_that_candle_does_not_have_is_named() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("signs.safetensors");
    let signs = safetensors::tensor::TensorView::new(safetensors::Dtype::I8, vec![3], &[1, 0, 255])?;
    std::fs::write(&path, safetensors::serialize([("signs", signs)], None)?)?;
    let error = TensorFile::open(&path)?.tensor("signs", &device()).expect_err("there is no I8").to_string();
    for part in ["signs.safetensors", "'signs'", "I8", "F32"] {
        assert!(error.contains(part), "'{part}' is not in: {error}");
    }
    Ok(())
}

/// Three ways of giving a wrong path, three different remedies.
#[test]
fn files_that_are_no_checkpoints_are_told_apart() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("empty"), b"")?;
    std::fs::write(path("picture.png"), b"\x89PNG\r\n\x1a\n and so on, for a while")?;
    std::fs::write(path("text"), b"\x0a\0\0\0\0\0\0\0hello, you")?;
    let error = |name: &str| TensorFile::open(&path(name)).expect_err("this is not a checkpoint");
    assert!(matches!(error("absent"), CheckpointError::NoSuchFile { .. }));
    assert!(matches!(error("empty"), CheckpointError::Truncated { .. }));
    assert!(matches!(error("picture.png"), CheckpointError::NotSafetensors { .. }));
    assert!(matches!(error("text"), CheckpointError::NotSafetensors { .. }));
    assert!(matches!(error("."), CheckpointError::Unreadable { .. }), "a folder: {}", error("."));
    for name in ["absent", "empty", "picture.png", "text"] {
        assert!(error(name).to_string().contains(name), "the error should name the file: {}", error(name));
    }
    Ok(())
}
