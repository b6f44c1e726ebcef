//! Chapter 03: two towers learn from pairs of pictures and captions.
//!
//! | module | idea |
//! |---|---|
//! | [`tokenizer`] | words become numbers |
//! | [`text_tower`] | captions become vectors |
//! | [`dual_encoder`] | both towers, a temperature and a bias |
//! | [`pairs`] | batches in which no two pictures show the same thing |
//! | [`objective`] | what is minimised |
//! | [`trainer`] | the loop that minimises it |
//! | [`shards`] | each core takes some rows of the batch |
//! | [`lit`] | lock the picture's tower, tune the caption's |
//! | [`retrieval`], [`zero_shot`] | what has been learned |
//! | [`preset`] | sizes that are known to work |

pub mod dual_encoder;
pub mod lit;
pub mod objective;
pub mod pairs;
pub mod preset;
pub mod retrieval;
pub mod shards;
pub mod text_tower;
pub mod tokenizer;
pub mod trainer;
pub mod zero_shot;

pub use dual_encoder::{DualEncoder, DualEncoderConfig};
pub use lit::Lock;
pub use objective::{ContrastiveLoss, ContrastiveObjective};
pub use pairs::{PairBatch, PairConfig, PairSampler};
pub use preset::Size;
pub use retrieval::{Exhibition, Retrieval, evaluate_retrieval, pixel_baseline};
pub use text_tower::{CaptionError, TextConfig, TextTower, tokenize_captions};
pub use tokenizer::{SpecialTokens, Tokenizer, TokenizerError};
pub use trainer::{Objective, StepRecord, TrainError, Trainer};
pub use zero_shot::match_probabilities;
