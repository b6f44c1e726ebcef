//! What `vlm ablate` refuses.

use crate::support::{assert_refused, files_in, run, runs};

/// One seed says nothing about chance, and no steps nothing at all.
#[test]
fn numbers_that_answer_nothing_are_refused() {
    assert_refused(&run("ablate bias --seeds 1", &[]), &["--seeds", "2"]);
    assert_refused(&run("ablate bias --seeds 100000000000", &[]), &["--seeds", "1000"]);
    assert_refused(&run("ablate bias --steps 0", &[]), &["--steps"]);
}

/// Phase one has nothing to start from, phase two needs a siglip run, of the size that was asked for.
#[test]
fn starts_that_do_not_fit_are_refused() {
    let (siglip, vlm) = (runs().siglip(), runs().vlm());
    let out = tempfile::tempdir().expect("a temporary folder");
    assert_refused(&run("ablate bias --init {} --out {}", &[&siglip, out.path()]), &["--init", "phase one"]);
    assert_refused(&run("ablate mask --init {} --out {}", &[&vlm, out.path()]), &["vlm", "siglip"]);
    assert_refused(&run("ablate mask --preset nano --init {} --out {}", &[&siglip, out.path()]), &["pico", "nano"]);
    assert!(files_in(out.path()).is_empty(), "nothing half-written is left behind");
}
