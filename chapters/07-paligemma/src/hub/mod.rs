//! Published weights: a folder as the Hugging Face hub has it becomes the model that the chapters built.
//!
//! | file | what | module |
//! |---|---|---|
//! | `config.json` | every size, and what kind of model it is | [`config`] |
//! | `processor_config.json`, or the older `preprocessor_config.json` | how pictures become pixels | [`pixels`] |
//! | `tokenizer.json` | words to numbers | [`load`](mod@load), [`captions`] |
//! | `model.safetensors`, or shards and `model.safetensors.index.json` | the numbers | [`shards`], [`weights`], [`numbers`], [`in_place`](mod@in_place) |
//!
//! Which tensor is which, by name, is [`names`]'s business, and an exercise: it stands in `chapters/07-published-weights`.
//!
//! Nothing is converted beforehand and no second model is written: the chapters' modules ask a builder for tensors by name,
//! and here the builder finds them in the files ([`weights`]). Which tensors a model will ask for is known before a single
//! number is read ([`manifest`]), so a folder that does not fit is refused with a list of everything that is wrong.

pub mod captions;
pub mod config;
pub mod error;
mod gemma2;
pub mod in_place;
pub mod load;
pub mod manifest;
pub mod numbers;
pub mod pixels;
pub mod retriever;
pub mod shards;
pub mod weights;

pub use captions::CaptionTokenizer;
pub use config::{PaliGemmaConfig, Published, SiglipConfig};
pub use error::HubError;
pub use load::{OpenPaliGemma, is_hub_folder, load_paligemma, load_paligemma_quantised, open_paligemma};
pub use manifest::{Manifest, paligemma_manifest, siglip_manifest};
pub use published_weights::names;
pub use retriever::PublishedRetriever;
pub use shards::INDEX;
pub use weights::Weights;
