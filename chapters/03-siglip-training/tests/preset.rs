//! The sizes that a model can be trained in.

use siglip_training::Size;
use siglip_training::preset::SIZES;

/// Each size is found by its own name, and by no other.
#[test]
fn a_size_is_found_by_its_name() {
    for size in SIZES {
        assert_eq!(Size::named(size.name).map(|found| found.name), Some(size.name));
    }
    assert!(Size::named("Nano").is_none() && Size::named("").is_none());
}
