//! Chapter 07: the capstone. Everything that the chapters built, behind one command, `vlm`.
//!
//! A run goes through these modules from top to bottom:
//!
//! | module | idea |
//! |---|---|
//! | [`args`], [`commands`] | what can be typed, and which function does it |
//! | [`recipe`] | the numbers of every recipe, all in one place |
//! | [`plan`], [`train_plan`], [`folder_plan`] | every setting that a result depends on, as one value; from options to that value |
//! | [`vocabulary`] | the texts that the tokenizer learns from |
//! | [`assembly`], [`contrastive`], [`generative`] | a plan becomes parameters, an objective and a recipe |
//! | [`lender`], [`own_pictures`] | whose weights it starts from, and whose pictures it learns |
//! | [`training`], [`carry_out`], [`pace`] | step, save, stop, go on |
//! | [`run_folder`], [`load`] | what a run is on disk, and back to a model |
//! | [`hub`] | published weights in the place of a run |
//! | [`pull`] | … and how they come there |
//! | [`trace`](mod@trace) (of `published-weights`), [`inspect_command`], [`compare_command`] | where two implementations part |
//! | [`asking`], [`answer_stream`] | a picture and a prompt become an answer, shown while it is written |
//! | [`segment`] | a mask out of sixteen words of an answer |
//! | [`subject`], [`evaluate`], [`metrics`] | what it can do, in numbers, beside simple baselines |
//! | [`exhibit`], [`terminal`], [`draw`], [`report`] | what it can do, in pictures |
//! | [`quickstart`], [`train_command`], [`eval_command`], [`picture_commands`], [`segment_command`], [`search_command`] | the commands |
//! | [`ablate`] | change one thing, train again, and see whether it made a difference |
//! | [`prompt_text`], [`error`], [`interrupt`], [`progress`], [`threads`], [`finish`] | manners |

pub mod ablate;
pub mod answer_stream;
pub mod args;
pub mod asking;
pub mod assembly;
pub mod carry_out;
pub mod commands;
pub mod compare_command;
pub mod contrastive;
pub mod draw;
pub mod error;
pub mod eval_command;
pub mod evaluate;
pub mod exhibit;
pub mod finish;
pub mod folder_plan;
pub mod generative;
pub mod hub;
pub mod inspect_command;
pub mod interrupt;
pub mod lender;
pub mod limits;
pub mod load;
pub mod metrics;
pub mod own_pictures;
pub mod pace;
pub mod picture_commands;
pub mod plan;
pub mod progress;
pub mod prompt_text;
pub mod pull;
pub mod quickstart;
pub mod recipe;
pub mod report;
pub mod run_folder;
pub mod search_command;
pub mod segment;
pub mod segment_command;
pub mod smooth_loss;
pub mod subject;
pub mod terminal;
pub mod threads;
pub mod train_command;
pub mod train_plan;
pub mod training;
pub mod vocabulary;

pub use published_weights::trace;
