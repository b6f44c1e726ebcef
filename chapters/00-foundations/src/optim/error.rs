//! What can go wrong in a training step.

/// Why an optimiser could not be built, could not take a step, or could not take over a saved state.
#[derive(Debug, thiserror::Error)]
pub enum OptimError {
    /// The loss does not depend on a variable that it should train, or a function on the way cut the gradient.
    #[error(
        "no gradient reached '{name}'. Either the loss does not use it (then do not list it for training), or a function between the two cuts gradients (use the layers and ops of `foundations`)"
    )]
    MissingGradient {
        /// The variable.
        name: String,
    },
    /// Training has diverged, or a formula divides by zero somewhere.
    #[error(
        "the gradient of '{name}' is not finite (norm of all gradients: {norm}); nothing was changed. Lower the learning rate, or go back to the last checkpoint"
    )]
    NonFiniteGradient {
        /// The first variable, in order of the names, whose gradient is infinite or not a number.
        name: String,
        /// The norm of all gradients together.
        norm: f64,
    },
    /// Two variables with one name would share one state.
    #[error("two variables are called '{name}'; give each variable a name of its own")]
    RepeatedName {
        /// The name.
        name: String,
    },
    /// Muon makes a matrix orthogonal, so it needs a matrix.
    #[error("Muon works on matrices, and '{name}' has shape {shape:?}; choose AdamW for it")]
    NotAMatrix {
        /// The variable.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// The saved state belongs to another model or another recipe.
    #[error(
        "the saved optimiser state does not fit this optimiser: {details}. Resume with the model and the recipe that saved it"
    )]
    StateMismatch {
        /// Every name that is missing, left over or misshapen.
        details: String,
    },
    /// A tensor operation failed.
    #[error(transparent)]
    Candle(#[from] candle_core::Error),
}
