//! Folders from the Hugging Face hub: what they should hold, and what is said about those that do not.

mod damaged;
mod fuzz;
mod habits;
mod in_place;
mod manifest;
mod numbers;
mod quantised;
mod spelling;
mod support;
