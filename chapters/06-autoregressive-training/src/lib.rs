//! Chapter 06: the model learns to speak about what it sees.
//!
//! | module | idea |
//! |---|---|
//! | [`tasks`], [`boxes`] | captions, questions and boxes, all of them text |
//! | [`location_embedding`] | location tokens that know their neighbours |
//! | [`mixture`] | one training run, many tasks |
//! | [`folder`] | or somebody's own pictures |
//! | [`collate`](mod@collate) | rows of tokens, padded, with the answer's positions marked |
//! | [`variant`] | what the ablations change about a batch |
//! | [`model`] | vision tower, projector and decoder, joined |
//! | [`suffix_loss`](mod@suffix_loss) | predict the answer, and nothing else |
//! | [`objective`] | what is minimised, and when the vision tower joins |
//! | [`transfer`] | the vision tower of phase one moves in |
//! | [`alignment`], [`least_squares`](mod@least_squares) | words and image tokens start where phase one made them meet |
//! | [`answer`](mod@answer) | asking the model |
//! | [`evaluate`], [`metrics`], [`blind`] | the examination, beside what can be had without looking |
//! | [`preset`] | sizes and recipes that are known to work |

pub mod alignment;
pub mod answer;
pub mod blind;
pub mod boxes;
pub mod collate;
pub mod evaluate;
pub mod folder;
pub mod least_squares;
pub mod location_embedding;
pub mod metrics;
pub mod mixture;
pub mod model;
pub mod objective;
pub mod preset;
pub mod suffix_loss;
pub mod tasks;
pub mod transfer;
pub mod variant;

pub use alignment::{align_projector, align_words};
pub use answer::{AnswerOptions, answer};
pub use blind::BlindGuesser;
pub use collate::{Averaging, Batch, collate};
pub use evaluate::{Examinee, ScenePaper, Scores};
pub use folder::FolderSource;
pub use least_squares::{Line, least_squares};
pub use location_embedding::{initialise_locations, location_table};
pub use mixture::{EasyVqaSource, ExampleSource, Mixture, MixtureConfig};
pub use model::{VisionLanguageModel, VlmConfig};
pub use objective::{GenerativeObjective, tokenise_example};
pub use suffix_loss::suffix_loss;
pub use tasks::{SceneTask, TaskExample};
pub use transfer::move_vision_tower;
pub use variant::{LossOn, Variant};
