//! The learning checks: hands out the course's exercises, checks what a learner wrote, and says what went wrong.
//!
//! The chapters of this repository are the solved course. An *exercise* is a region of a source file between
//! `// ANCHOR: name` and `// ANCHOR_END: name`; everything else about it stands in the chapter's `exercises.toml`. From
//! these two the [`workshop`] is generated: an ordinary Cargo workspace in which the regions are empty.
//!
//! A *property* is an exercise whose region is the body of a test. No specification can decide about a test; the mistakes that
//! are known of another exercise do, by being rejected or not.
//!
//! | module | idea |
//! |---|---|
//! | [`course`], [`anchors`], [`mistakes`], [`spec_files`] | what the repository says about its exercises |
//! | [`lint`] | what must be true of that, as far as reading can tell |
//! | [`book`] | whether the pages and the exercises fit together |
//! | [`workshop`] | the learner's place: what lies there, who owns which file, what is remembered |
//! | [`run`] | building a specification, running it, reading its verdict; judging a learner's test |
//! | [`symptoms`] | which mistake is it? Wrong code is recognised by how it fails |
//! | [`commands`] | what the command line offers |

pub mod anchors;
pub mod book;
pub mod cli;
pub mod commands;
pub mod course;
pub mod files;
pub mod lint;
pub mod mistakes;
pub mod outcome;
pub mod run;
pub mod spec_files;
pub mod symptoms;
pub mod workshop;
