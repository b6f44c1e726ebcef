//! Whatever the bytes: an answer or an error, never a panic.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use candle_core::Device;
use paligemma::hub::load::paligemma_config;
use paligemma::hub::{HubError, PublishedRetriever, Weights, names, paligemma_manifest};
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

/// A folder whose files are damaged one by one, and the command that reads it.
struct Subject {
    copy: TempDir,
    files: &'static [(&'static str, usize)],
    look: fn(&Path) -> Result<(), HubError>,
}

/// Of a file of weights, the length and the header: what follows are numbers.
const HEADER: usize = 4000;
/// A file of JSON is damaged anywhere.
const ALL: usize = usize::MAX;

/// A sharded PaliGemma, a PaliGemma 2 in one file and a SigLIP.
fn subjects() -> &'static [Subject; 3] {
    static SUBJECTS: OnceLock<[Subject; 3]> = OnceLock::new();
    SUBJECTS.get_or_init(|| {
        let sharded = &[
            ("config.json", ALL),
            ("preprocessor_config.json", ALL),
            ("model.safetensors.index.json", ALL),
            ("model-00002-of-00003.safetensors", HEADER),
        ];
        let single = &[("config.json", ALL), ("preprocessor_config.json", ALL), ("model.safetensors", HEADER)];
        let look = look_at_paligemma;
        [
            Subject { copy: copy_of(SHARDED), files: sharded, look },
            Subject { copy: copy_of("paligemma2"), files: single, look },
            Subject { copy: copy_of("siglip"), files: single, look: look_at_siglip },
        ]
    })
}

/// Everything that is read before the numbers are, but for the tokenizer, which takes longest.
fn look_at_paligemma(folder: &Path) -> Result<(), HubError> {
    let config = paligemma_config(folder, "a test")?;
    let manifest = paligemma_manifest(&config.model)?;
    Weights::open(folder, names::of_paligemma)?.check(&manifest)
}

fn look_at_siglip(folder: &Path) -> Result<(), HubError> {
    PublishedRetriever::load(folder, "a test", &Device::Cpu).map(drop)
}

/// Damages one file of a copy, looks at the folder, and restores the file.
fn try_damaged(subject: &Subject, file: usize, damage: &Damage) -> Result<(), TestCaseError> {
    let (file, within) = subject.files[file % subject.files.len()];
    let path = subject.copy.path().join(file);
    let original = fs::read(&path).expect("a file of the copy");
    let within = within.min(original.len());
    // A new file and not new bytes in the old one: that one may still be mapped.
    let replace = |bytes: &[u8]| {
        fs::remove_file(&path).and_then(|()| fs::write(&path, bytes)).expect("a writable folder");
    };
    replace(&damage.apply(&original, within));
    let outcome = (subject.look)(subject.copy.path());
    replace(&original);
    if let Err(error) = outcome {
        let (error, folder) = (error.to_string(), subject.copy.path().display().to_string());
        prop_assert!(
            error.contains(&folder),
            "the error should name a file of the folder, {file} was damaged: {error}"
        );
        prop_assert_eq!(error.lines().count(), 1, "one line: {}", error);
    }
    Ok(())
}

/// The copies themselves are sound, so that what is refused is refused for the damage.
#[test]
fn undamaged_copies_are_accepted() {
    for (name, look) in
        [(SHARDED, look_at_paligemma as fn(&Path) -> _), ("paligemma2", look_at_paligemma), ("siglip", look_at_siglip)]
    {
        look(copy_of(name).path()).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(0), ..ProptestConfig::default() })]

    /// JSON files and the header of a file of weights, with bytes flipped and ends cut off: an answer, or one line that
    /// names the folder's file.
    #[test]
    fn damaged_folders_never_panic(file in 0usize..4, damage in damage()) {
        try_damaged(&subjects()[0], file, &damage)?;
    }

    /// The same for a Gemma 2, whose configuration has options of its own.
    #[test]
    fn damaged_folders_of_paligemma_2_never_panic(file in 0usize..3, damage in damage()) {
        try_damaged(&subjects()[1], file, &damage)?;
    }

    /// The same for a SigLIP, which is read to its last number.
    #[test]
    fn damaged_folders_of_siglip_never_panic(file in 0usize..3, damage in damage()) {
        try_damaged(&subjects()[2], file, &damage)?;
    }
}
