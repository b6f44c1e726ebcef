//! Whatever the bytes: an answer or an error, never a panic.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use paligemma::hub::load::paligemma_config;
use paligemma::hub::{HubError, Weights, names, paligemma_manifest};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use tempfile::TempDir;

use crate::support::{SHARDED, copy_of};

/// How a file is damaged: bytes replaced, each at a share of its length, and then cut off.
#[derive(Debug, Clone)]
struct Damage {
    replaced: Vec<(f64, u8)>,
    kept: f64,
}

fn damage() -> impl Strategy<Value = Damage> {
    // Most files stay whole: a short one is refused before anything else is looked at.
    let kept = prop_oneof![3 => Just(1.0), 1 => 0.0..1.0];
    // Digits and brackets leave more files readable than arbitrary bytes do.
    let byte = prop_oneof![any::<u8>(), proptest::sample::select(b"0123456789[]{},:\"-. ".to_vec())];
    (prop::collection::vec((0.0..1.0, byte), 0..4), kept).prop_map(|(replaced, kept)| Damage { replaced, kept })
}

impl Damage {
    /// Damages the first `within` bytes.
    fn apply(&self, bytes: &[u8], within: usize) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for (place, byte) in &self.replaced {
            bytes[(place * within as f64) as usize] = *byte;
        }
        bytes.truncate((self.kept * bytes.len() as f64) as usize);
        bytes
    }
}

/// Everything that is read before the numbers are.
fn look_at(folder: &Path) -> Result<(), HubError> {
    let config = paligemma_config(folder, "a test")?;
    let manifest = paligemma_manifest(&config.model)?;
    Weights::open(folder, names::of_paligemma)?.check(&manifest)
}

/// Damages one file of a copy, looks at the folder, and restores the file.
fn try_damaged(copy: &Path, file: &str, within: usize, damage: &Damage) {
    let path = copy.join(file);
    let original = fs::read(&path).expect("a file of the copy");
    let within = within.min(original.len());
    // A new file and not new bytes in the old one: that one may still be mapped.
    let replace = |bytes: &[u8]| {
        fs::remove_file(&path).and_then(|()| fs::write(&path, bytes)).expect("a writable folder");
    };
    replace(&damage.apply(&original, within));
    let outcome = look_at(copy);
    replace(&original);
    if let Err(error) = outcome {
        assert!(!error.to_string().is_empty(), "an error says something");
    }
}

fn shared_copy() -> &'static TempDir {
    static COPY: OnceLock<TempDir> = OnceLock::new();
    COPY.get_or_init(|| copy_of(SHARDED))
}

/// The copy itself is sound, so that what the others refuse is refused for the damage.
#[test]
fn an_undamaged_copy_is_accepted() {
    look_at(copy_of(SHARDED).path()).expect("a complete folder");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(0), ..ProptestConfig::default() })]

    /// JSON files and the header of a file of weights, with bytes flipped and ends cut off.
    #[test]
    fn damaged_folders_never_panic(file in 0usize..4, damage in damage()) {
        let copy = shared_copy().path();
        // One file after the other; of the weights, the length and the header.
        let (file, within) = [
            ("config.json", usize::MAX),
            ("preprocessor_config.json", usize::MAX),
            ("model.safetensors.index.json", usize::MAX),
            ("model-00002-of-00003.safetensors", 4000),
        ][file];
        try_damaged(copy, file, within, &damage);
    }
}
