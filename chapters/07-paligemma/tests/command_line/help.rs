//! Help that teaches.

use crate::support::{assert_done, run};

/// Each command explains itself and shows how it is called.
#[test]
fn every_command_shows_how_it_is_called() {
    for command in [
        "quickstart",
        "train",
        "eval",
        "ablate",
        "caption",
        "ask",
        "detect",
        "segment",
        "search",
        "pull",
        "inspect",
        "compare",
    ] {
        let help = assert_done(&run(&format!("{command} --help"), &[]));
        let call = format!("cargo vlm {command}");
        assert!(help.contains(&call), "`vlm {command} --help` should show a line with `{call}`:\n{help}");
    }
}

/// Whoever knows nothing finds the first thing to type.
#[test]
fn the_overview_names_every_command_and_a_first_step() {
    let help = assert_done(&run("--help", &[]));
    for word in
        ["quickstart", "train", "eval", "ablate", "caption", "ask", "detect", "search", "VLM_DEVICE", "Try first"]
    {
        assert!(help.contains(word), "the overview should mention '{word}':\n{help}");
    }
}

/// Every option of training is listed.
#[test]
fn every_training_option_is_listed() {
    let help = assert_done(&run("train --help", &[]));
    for option in [
        "--minutes",
        "--steps",
        "--preset",
        "--seed",
        "--out",
        "--init",
        "--resume",
        "--freeze",
        "--lora",
        "--lock-pictures",
        "--loss",
        "--batch",
        "--learning-rate",
        "--vision-starts",
        "--vision-rate",
        "--unaligned",
        "--tasks",
        "--pictures",
        "--side",
    ] {
        assert!(help.contains(option), "`vlm train --help` should list {option}");
    }
}

/// What `ablate` lists without a name, and what its help lists, are the ablations that there are.
#[test]
fn every_ablation_is_listed() {
    use clap::ValueEnum;
    use paligemma::ablate::catalogue::{Name, ablation};

    let (help, list) = (assert_done(&run("ablate --help", &[])), assert_done(&run("ablate", &[])));
    for name in Name::value_variants() {
        let entry = format!("- {}:", name.typed());
        assert!(help.contains(&entry), "`vlm ablate --help` should explain {}:\n{help}", name.typed());
        let line = list.lines().find(|line| line.starts_with(&name.typed()));
        assert!(line.is_some_and(|line| line.contains(&name.question())), "the list lacks {}:\n{list}", name.typed());
        assert!(list.contains(ablation(*name).found), "the list should say what was found elsewhere");
    }
    assert_eq!(help.matches("  - ").count(), Name::value_variants().len(), "nothing else is offered:\n{help}");
}
