//! Chapter 07: the capstone. Everything that the chapters built, behind one command.

pub mod args;
pub mod assembly;
pub mod carry_out;
pub mod commands;
pub mod contrastive;
pub mod error;
pub mod eval_command;
pub mod evaluate;
pub mod finish;
pub mod generative;
pub mod interrupt;
pub mod load;
pub mod metrics;
pub mod pace;
pub mod plan;
pub mod progress;
pub mod recipe;
pub mod run_folder;
pub mod subject;
pub mod threads;
pub mod train_command;
pub mod train_plan;
pub mod training;
pub mod vocabulary;
