//! Which parameter is trained how.
//!
//! Three rules of thumb, learnt the hard way by many:
//!
//! * weight decay is for matrices. A bias or a norm's scale that is pulled to zero only does harm;
//! * Muon is for the matrices *inside* transformer blocks. Embeddings, heads, norms, biases and single numbers take AdamW;
//! * the temperature and the bias of a contrastive loss are two numbers that have far to go: let them run faster.

/// How a gradient becomes a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Method {
    /// See [`crate::optim::adamw`].
    AdamW {
        /// How much of the average gradient survives a step.
        beta1: f64,
        /// How much of the average squared gradient survives a step.
        beta2: f64,
        /// Keeps the division finite.
        eps: f64,
    },
    /// See [`crate::optim::muon`].
    Muon {
        /// How much of the average gradient survives a step.
        momentum: f64,
    },
}

/// How one parameter is trained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recipe {
    /// The optimiser.
    pub method: Method,
    /// The peak learning rate; the schedule multiplies it.
    pub learning_rate: f64,
    /// How strongly the parameter is pulled towards zero, per unit of learning rate.
    pub weight_decay: f64,
}

impl Recipe {
    /// The same recipe at `factor` times the learning rate: a part of the model that should move less, or more.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self { learning_rate: self.learning_rate * factor, ..self }
    }
}

/// AdamW as SigLIP uses it: with `β₂ = 0.95` a bad batch has faded to a third in twenty steps; with the usual 0.999 that takes a
/// thousand.
///
/// # Source
/// SigLIP (arXiv 2303.15343), figure 5.
const ADAMW: Method = Method::AdamW { beta1: 0.9, beta2: 0.95, eps: 1e-8 };

/// AdamW for every parameter, decay on matrices only. Fits [`crate::optim::Optimizer::new`].
pub fn adamw_only(_name: &str, shape: &[usize]) -> Recipe {
    // ANCHOR: adamw_only
    let weight_decay = if is_matrix(shape) { 0.01 } else { 0.0 };
    let recipe = Recipe { method: ADAMW, learning_rate: 1e-3, weight_decay };
    if is_single_number(shape) { recipe.scaled(10.0) } else { recipe }
    // ANCHOR_END: adamw_only
}

/// Muon for the matrices of transformer blocks, AdamW for everything else. Fits [`crate::optim::Optimizer::new`].
///
/// ```
/// use foundations::optim::{Method, hybrid};
/// let query = hybrid("vision_tower.encoder.layers.0.self_attn.q_proj.weight", &[128, 128]);
/// assert!(matches!(query.method, Method::Muon { .. }));
/// let slow = hybrid("vision_tower.post_layernorm.weight", &[128]).scaled(0.1);
/// assert!(matches!(slow.method, Method::AdamW { .. }));
/// ```
pub fn hybrid(name: &str, shape: &[usize]) -> Recipe {
    // ANCHOR: hybrid
    if is_block_matrix(name, shape) {
        Recipe { method: Method::Muon { momentum: 0.95 }, learning_rate: 0.01, weight_decay: 0.01 }
    } else {
        adamw_only(name, shape)
    }
    // ANCHOR_END: hybrid
}

/// Whether the parameter is the weight of a linear layer inside a transformer block: blocks live under `layers.<number>`.
fn is_block_matrix(name: &str, shape: &[usize]) -> bool {
    // ANCHOR: is_block_matrix
    shape.len() == 2 && name.ends_with(".weight") && name.split('.').any(|part| part == "layers")
    // ANCHOR_END: is_block_matrix
}

fn is_matrix(shape: &[usize]) -> bool {
    shape.len() >= 2
}

fn is_single_number(shape: &[usize]) -> bool {
    shape.iter().product::<usize>() == 1
}
