//! The book beside the course.

use std::path::Path;

use course::book;
use course::course::Course;

/// Every exercise and mistake has its section; includes, links and commands on the pages lead somewhere.
#[test]
fn book_and_course_fit_together() {
    let course = Course::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).expect("the course can be read");
    let problems = book::problems(&course).expect("the pages can be read");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
