//! `VLM_DATA` moves the data folder. Alone in this file, because the environment belongs to the whole process.

use data::{EmojiSet, data_folder};

/// Files are read from the folder that the variable names, and from this crate without it.
#[test]
fn the_environment_moves_the_data_folder() {
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    // SAFETY: this process runs this one test, and no other thread reads the environment meanwhile.
    unsafe { std::env::set_var("VLM_DATA", elsewhere.path()) };
    assert_eq!(data_folder(), elsewhere.path());
    let error = EmojiSet::load().expect_err("the folder is empty");
    assert!(error.to_string().contains(&elsewhere.path().display().to_string()), "{error}");
    // SAFETY: as above.
    unsafe { std::env::remove_var("VLM_DATA") };
    assert!(EmojiSet::load().is_ok());
}
