//! A workshop with every solution pasted in is the course itself, to the letter: what the course's own tests show of it, that it
//! is green and that it trains from both ends of a picture to an answer (`tests/end-to-end`), they show of such a workshop.

use std::collections::BTreeSet;
use std::path::Path;

use course::anchors::{Region, stub};
use course::course::Course;
use course::files;
use course::workshop::{Bodies, Layout};

#[test]
fn a_workshop_with_every_solution_is_the_course() {
    let course = Course::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).expect("the course can be read");
    let place = tempfile::tempdir().expect("a temporary folder");
    let layout = Layout::new(&course, place.path(), &BTreeSet::new(), Bodies::Stubs).expect("a workshop");
    let mut filled = layout.of_learner;
    for (chapter, exercise) in course.exercises() {
        let path = format!("chapters/{}/{}", chapter.folder, files::slashed(&exercise.file));
        let text = &filled[&path];
        assert!(text.contains(&stub(&exercise.id)), "{path}: {} is not empty", exercise.id);
        let solution = course.solution(chapter, exercise).expect("there is a solution");
        let pasted = Region::find(text, &exercise.id).expect("the anchors are there").with_body(&solution);
        filled.insert(path, pasted);
    }
    let mut compared = 0;
    for chapter in &course.chapters {
        for path in files::below(&course.folder(chapter).join("src")).expect("a readable folder") {
            let original = files::read(&course.folder(chapter).join("src").join(&path)).expect("a readable file");
            let name = format!("chapters/{}/src/{}", chapter.folder, files::slashed(&path));
            assert!(filled[&name] == original, "{name} differs from the course's own");
            compared += 1;
        }
    }
    assert!(compared > 50, "only {compared} files were compared");
}
