//! What can go wrong in a workshop: a clear sentence, and no lost work.

mod support;

use std::process::{Command, Output, Stdio};

use support::{Learner, assert_says, read, write};

/// Where the path holds a space, `cargo course` cannot be an alias inside of the workshop; that is said at once, and by the
/// doctor, and everything works from the course's folder.
#[test]
fn a_space_in_the_path_is_spoken_of() {
    let learner = Learner::with_clone_named("my course");
    assert_says(&learner.run("", 0), &["holds a space", "inside of the workshop", "double"]);
    assert_says(&learner.run("doctor", 1), &["holds a space"]);
    let config = read(&learner.file(".cargo/config.toml"));
    assert!(config.contains("vlm = ") && !config.contains("course = "), "{config}");
    learner.solve("double", "2.0 * x");
    assert_says(&learner.run("check double", 0), &["double: 2 tests"]);
}

/// The compiler's message, and nothing else.
#[test]
fn a_syntax_error_is_the_compilers_business() {
    let learner = Learner::new();
    learner.run("", 0);
    learner.solve("double", "x +");
    let said = learner.run("check", 1);
    assert_says(&said, &["error: expected expression", "lib.rs:"]);
    assert!(!said.contains("hint") && !said.contains("aborting"), "nothing but the compiler's words:\n{said}");
}

/// A deleted source is missed, and can be had again.
#[test]
fn a_deleted_source_can_be_handed_out_again() {
    let learner = Learner::new();
    learner.run("", 0);
    std::fs::remove_file(learner.source()).expect("it was there");
    assert_says(&learner.run("check", 2), &["lib.rs", "is missing", "cargo course reset double"]);
    assert_says(&learner.run("list", 0), &["its file or its anchors are gone"]);
    assert_says(&learner.run("reset double", 0), &["as it was handed out"]);
    assert_says(&learner.run("check", 1), &["not started"]);
}

/// Without its two comment lines an exercise cannot be found.
#[test]
fn lost_anchors_are_explained() {
    let learner = Learner::new();
    learner.run("", 0);
    let text = read(&learner.source()).replace("    // ANCHOR_END: double\n", "");
    write(&learner.source(), &text);
    assert_says(&learner.run("check double", 2), &["// ANCHOR_END: double", "put them back"]);
}

/// An exercise that cannot be found keeps no other from its verdict, not even when its tests are green.
#[test]
fn lost_anchors_do_not_end_the_check_of_a_chapter() {
    let learner = Learner::new();
    learner.run("", 0);
    learner.solve("double", "x + x");
    learner.solve("mean", "values[0]");
    let text = read(&learner.source()).replace("    // ANCHOR_END: double\n", "");
    write(&learner.source(), &text);
    assert_says(&learner.run("check 01", 1), &["// ANCHOR_END: double", "put them back", "mean: 1 of 1 tests"]);
}

/// What is saved while the tests run was not tested, so it is not green. Here the tested code itself does the saving.
#[test]
fn what_is_saved_during_a_check_is_not_green() {
    let learner = Learner::new();
    learner.run("", 0);
    learner.solve("mean", "values.iter().sum::<f64>() / values.len() as f64");
    let (source, other) = (learner.source(), learner.course().join("other.rs"));
    let text = read(&source);
    write(&other, &text.replace("todo!(\"double\")", "x - 1.0"));
    let tested =
        text.replace("todo!(\"double\")", &format!("std::fs::copy({other:?}, {source:?}).unwrap();\n    x + x"));
    for (what, summary) in [("double", "0 of 2 exercises are green"), ("01", "1 of 2 exercises are green")] {
        write(&source, &tested);
        learner.run(&format!("check {what}"), 0);
        assert_says(&read(&source), &["x - 1.0"]);
        assert_says(&learner.run("list", 0), &["written", summary]);
        assert_says(&read(&learner.file("Cargo.toml")), &["package = \"first-solved\""]);
    }
}

/// Whatever the learner's shell says about tests, their messages are caught and shown.
#[test]
fn messages_are_shown_whatever_the_shell_says() {
    let learner = Learner::new();
    learner.run("", 0);
    learner.solve("double", "x * 3.0");
    let output = learner.command("check double").env("RUST_TEST_NOCAPTURE", "1").output().expect("the command starts");
    assert_says(&support::text(&output), &["but the number is 9"]);
}

/// A name that is no text in UTF-8 is shown as well as it can be.
#[cfg(target_os = "linux")]
#[test]
fn a_place_with_a_strange_name_is_spoken_of() {
    use std::os::unix::ffi::OsStrExt;
    let learner = Learner::new();
    let place = std::ffi::OsStr::from_bytes(b"strange-\xff");
    for (line, key) in [("--json", "workshop"), ("reset double --json", "backup")] {
        let output = learner.command(line).arg("--path").arg(place).output().expect("the command starts");
        assert_says(support::json(&output)[key].as_str().unwrap_or_default(), &["strange-\u{fffd}"]);
    }
}

/// Specifications and manifests are the course's. Edits are undone, said, and kept.
#[test]
fn an_edited_specification_is_restored() {
    let learner = Learner::new();
    learner.run("", 0);
    let (spec, manifest) =
        (learner.file("chapters/01-first/tests/double.rs"), learner.file("chapters/01-first/Cargo.toml"));
    write(&spec, "// nothing is tested any more\n");
    write(&manifest, &read(&manifest).replace("\"first\"", "\"mine\""));
    let said = learner.run("check", 1);
    assert_says(
        &said,
        &["tests/double.rs: belongs to the course and was restored", "Cargo.toml: belongs", "not started"],
    );
    assert!(read(&spec).contains("three_becomes_six"));
    assert!(read(&manifest).contains("name = \"first\""));
    let backup = |number| learner.file(&format!(".course/backup/chapters/01-first/tests/double.rs.{number}"));
    assert!(read(&backup(1)).contains("nothing is tested"));
    write(&spec, "// and again\n");
    learner.run("list", 0);
    assert!(read(&backup(1)).contains("nothing is tested"), "what was put aside is never replaced");
    assert!(read(&backup(2)).contains("and again"));
}

/// A file that is gone comes back if no work of the learner's can be in it; no backup is spoken of that is not there.
#[test]
fn a_deleted_file_without_an_exercise_comes_back() {
    let learner = Learner::new();
    write(&learner.course().join("chapters/01-first/src/extra.rs"), "//! Extra.\n");
    learner.run("", 0);
    for name in ["src/extra.rs", "tests/double.rs"] {
        let file = learner.file("chapters/01-first").join(name);
        let before = read(&file);
        std::fs::remove_file(&file).expect("it was there");
        let said = learner.run("list", 0);
        assert_says(&said, &[name, "was gone and is there again"]);
        assert!(!said.contains("backup"), "nothing was put aside:\n{said}");
        assert_eq!(read(&file), before);
    }
}

/// Whoever stops the very first command, or runs out of space in it, says it again.
#[cfg(unix)]
#[test]
fn a_workshop_that_was_begun_is_finished() {
    let learner = Learner::new();
    let output = without_space(&learner, "");
    assert_eq!(output.status.code(), Some(2), "{}", support::text(&output));
    learner.run("", 0);
    assert_says(&read(&learner.source()), &["todo!(\"double\")"]);
}

/// A workshop without its memory is still a workshop.
#[test]
fn a_deleted_memory_is_made_anew() {
    let learner = Learner::new();
    learner.run("", 0);
    learner.solve("double", "x * 2.0");
    std::fs::remove_dir_all(learner.file(".course")).expect("it was there");
    assert_says(&learner.run("list", 0), &["written"]);
    assert_says(&read(&learner.source()), &["x * 2.0"]);
}

/// Swap files, backups, locks: neither the course's nor the learner's, and no text.
#[test]
fn what_an_editor_leaves_behind_is_no_source() {
    let learner = Learner::new();
    let course = learner.course().join("chapters/01-first/src");
    for name in [".lib.rs.swp", "lib.rs~", "#lib.rs#", ".DS_Store"] {
        std::fs::write(course.join(name), [0xff]).expect("the file can be written");
    }
    learner.run("", 0);
    let sources = std::fs::read_dir(learner.file("chapters/01-first/src")).expect("it is there");
    assert_eq!(sources.count(), 1, "nothing but lib.rs is handed out");
}

/// The course goes on while somebody learns: what is untouched is replaced, what is not is left alone.
#[test]
fn an_update_never_touches_a_learners_file() {
    let learner = Learner::new();
    learner.run("", 0);
    assert_says(&learner.run("update", 0), &["Everything is up to date"]);
    learner.solve("double", "x * 2.0");
    let course = learner.course().join("chapters/01-first");
    write(&course.join("src/lib.rs"), &read(&course.join("src/lib.rs")).replace("/// Twice `x`.", "/// `x`, twice."));
    write(&course.join("src/extra.rs"), "//! New.\n");
    write(&course.join("tests/mean.rs"), &read(&course.join("tests/mean.rs")).replace("In the middle.", "Between."));
    let said = learner.run("update", 0);
    assert_says(
        &said,
        &[
            "src/extra.rs: new",
            "src/lib.rs: the course has a new version; yours was left",
            "tests/mean.rs: a new version",
        ],
    );
    assert_says(&read(&learner.source()), &["/// Twice `x`.", "x * 2.0"]);
    assert_says(&read(&learner.file(".course/new/chapters/01-first/src/lib.rs")), &["/// `x`, twice."]);
    assert_says(&learner.run("update", 0), &["Everything is up to date"]);
}

/// A chapter that has been renamed in the course leaves the learner's files where they are, and does not get in the way.
#[test]
fn a_renamed_chapter_leaves_the_workshop_in_order() {
    let learner = Learner::new();
    learner.run("", 0);
    let chapters = learner.course().join("chapters");
    std::fs::rename(chapters.join("01-first"), chapters.join("01-numbers")).expect("it can be renamed");
    let manifest = learner.course().join("Cargo.toml");
    write(&manifest, &read(&manifest).replace("chapters/01-first", "chapters/01-numbers"));
    learner.run("", 0);
    assert!(learner.source().is_file(), "what was the learner's is still there");
    let source = learner.file("chapters/01-numbers/src/lib.rs");
    write(&source, &read(&source).replace("todo!(\"double\")", "x + x"));
    assert_says(&learner.run("check", 0), &["green", "double"]);
}

/// Nothing that is remembered is needed.
#[test]
fn a_damaged_memory_is_forgotten() {
    let learner = Learner::new();
    learner.run("", 0);
    learner.solve("double", "x * 2.0");
    write(&learner.file(".course/state.json"), "{ \"hints\": ");
    assert_says(&learner.run("list", 0), &["written"]);
    assert_says(&read(&learner.source()), &["x * 2.0"]);
}

/// A folder with other things in it is not taken over.
#[test]
fn a_folder_that_is_something_else_is_left_alone() {
    let learner = Learner::new();
    write(&learner.file("precious.txt"), "mine");
    assert_says(&learner.run("", 2), &["not empty and not a workshop", "--path"]);
    assert_eq!(std::fs::read_dir(learner.file("")).expect("it is there").count(), 1, "nothing was added");
}

/// Where nothing can be written, the place is named, and what to do.
#[test]
fn a_place_that_cannot_be_written_to_is_named() {
    let learner = Learner::new();
    write(&learner.course().join("file"), "");
    assert_says(&learner.run("--path file/workshop", 2), &["file/workshop"]);
}

/// A folder without permission to write; whoever may do everything is not stopped by it.
#[cfg(unix)]
#[test]
fn a_folder_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let learner = Learner::new();
    learner.run("", 0);
    let folder = learner.file("chapters/01-first/tests");
    std::fs::remove_file(folder.join("double.rs")).expect("it was there");
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o555)).expect("the mode can be set");
    let everything_is_allowed = std::fs::write(folder.join("probe"), "").is_ok();
    if !everything_is_allowed {
        assert_says(&learner.run("", 2), &["tests/double.rs", "no permission", "--path"]);
    }
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o755)).expect("the mode can be set");
}

/// Runs a command that can write nothing.
#[cfg(unix)]
fn without_space(learner: &Learner, line: &str) -> Output {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("trap '' XFSZ; ulimit -f 0; exec \"$0\" {line} --course \"$1\"")]);
    shell.arg(env!("CARGO_BIN_EXE_course")).arg(learner.course()).current_dir(learner.course());
    shell.output().expect("a shell")
}

/// Files that may not grow at all stand for a disk that is full: what was written stays, and so does what is to be replaced.
#[cfg(unix)]
#[test]
fn a_full_disk_loses_nothing() {
    let learner = Learner::new();
    learner.run("", 0);
    learner.solve("double", "x * 3.0");
    let before = read(&learner.source());
    let output = without_space(&learner, "reset double");
    assert_eq!(output.status.code(), Some(2), "{}", support::text(&output));
    assert_says(&support::text(&output), &["cannot be written", "full", "make room"]);
    assert_eq!(read(&learner.source()), before, "what the learner wrote must still be there");
    assert_says(&learner.run("reset double", 0), &["double is empty again"]);
}

/// Ctrl-C ends `watch` with a word, and what stood in the files stands there still.
#[cfg(unix)]
#[test]
fn control_c_ends_watching() {
    let learner = Learner::new();
    learner.run("", 0);
    let before = read(&learner.source());
    let (mut watch, mut lines) = learner.watch();
    let begun = lines.by_ref().map_while(Result::ok).find(|line| line.contains("not started"));
    assert!(begun.is_some(), "watching begins with how the current exercise stands");
    let pid = watch.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill is there").success());
    assert!(watch.wait().expect("it ends").success(), "stopping is no failure");
    assert!(lines.map_while(Result::ok).any(|line| line.contains("Nothing is lost")));
    assert_eq!(read(&learner.source()), before);
}

/// An editor that ends `check` ends the test program with it, though that is in a loop without an end.
#[cfg(target_os = "linux")]
#[test]
fn a_test_without_an_end_ends_with_the_command() {
    let learner = Learner::new();
    learner.run("", 0);
    learner.solve("double", "loop {}");
    let mut check = learner.command("check double").stdout(Stdio::null()).spawn().expect("the command starts");
    let target = learner.course().join("target");
    let running = || {
        let programs = std::fs::read_dir("/proc").expect("Linux has it").flatten();
        programs.filter_map(|one| one.path().join("exe").read_link().ok()).any(|program| program.starts_with(&target))
    };
    let within_a_minute = |what: bool| {
        (0..600).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            running() == what
        })
    };
    assert!(within_a_minute(true), "the test program starts");
    let pid = check.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill is there").success());
    assert_eq!(check.wait().expect("it ends").code(), Some(130));
    assert!(within_a_minute(false), "the test program ended, too");
    assert_says(&read(&learner.source()), &["loop {}"]);
}

/// Ctrl-C reaches Cargo, too. That it ends then is no verdict: what was green stays green. A compiler that never
/// answers keeps Cargo at work.
#[cfg(unix)]
#[test]
fn control_c_while_cargo_compiles_is_no_verdict() {
    use std::os::unix::{fs::PermissionsExt, process::CommandExt};
    let learner = Learner::new();
    learner.run("", 0);
    learner.solve("double", "x + x");
    learner.run("check double", 0);
    let (compiler, begun) = (learner.course().join("compiler"), learner.course().join("begun"));
    write(&compiler, &format!("#!/bin/sh\n: > '{}'\nexec sleep 60\n", begun.display()));
    std::fs::set_permissions(&compiler, PermissionsExt::from_mode(0o755)).expect("the mode can be set");
    let mut check = learner.command("check double");
    check.env("RUSTC_WRAPPER", &compiler).process_group(0).stdout(Stdio::null()).stderr(Stdio::null());
    let mut check = check.spawn().expect("the command starts");
    while !begun.exists() {
        assert!(check.try_wait().expect("it can be asked").is_none(), "the compiler is asked for");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    support::send("-INT", &format!("-{}", check.id()));
    assert_eq!(check.wait().expect("it ends").code(), Some(130));
    assert_says(&learner.run("list", 0), &["1 of 2 exercises are green"]);
}

/// The tests of the chapter are compiled before anything is saved.
#[test]
fn watching_makes_ready_for_the_first_save() {
    let learner = Learner::new();
    learner.run("", 0);
    let (mut watch, _lines) = learner.watch();
    let compiled = |name: &str| {
        let programs = std::fs::read_dir(learner.course().join("target/debug/deps"));
        programs.is_ok_and(|all| all.flatten().any(|one| one.file_name().to_string_lossy().starts_with(name)))
    };
    let ready = (0..600).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        compiled("double-") && compiled("mean-")
    });
    watch.kill().expect("it is running");
    watch.wait().expect("it ends");
    assert!(ready, "one program for each file of tests");
}
