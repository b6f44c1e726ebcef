//! `cargo book`: from the Markdown pages of this folder to a book that needs no network.
//!
//! | module | idea |
//! |---|---|
//! | [`cli`], [`commands`] | what can be typed, and what it does |
//! | [`place`] | where the pages are, and where the book goes |
//! | [`build`], [`warnings`] | mdBook as a library; what it warns of |
//! | [`pages`] | what is done to a page before mdBook renders it: formulas, code, figures, reading time |
//! | [`check`] | is everything there that the finished pages refer to? |
//! | [`section`] | from the words of a heading to its place in the finished book |
//! | [`serve`] | the book on this machine, built anew when a page has changed |
//!
//! The figures are drawn by the package `figures`, in `draw/`: it needs the whole course, and reading does not.

pub mod build;
pub mod check;
pub mod cli;
pub mod commands;
pub mod pages;
pub mod place;
pub mod section;
pub mod serve;
pub mod warnings;
