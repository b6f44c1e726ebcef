// caught by: objective::a_locked_tower_gets_no_gradient
// book: Training SigLIP: locked pictures, tuned captions
//
// You lock the temperature and the bias as well. They belong to neither tower: they say how firm the answers are,
// and that changes as the captions improve.

match self {
    Lock::None => false,
    Lock::Pictures => !name.starts_with("text_model."),
}
