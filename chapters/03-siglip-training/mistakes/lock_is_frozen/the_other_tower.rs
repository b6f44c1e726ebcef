// caught by: objective::a_locked_tower_gets_no_gradient
// book: Training SigLIP: locked pictures, tuned captions
//
// You lock the caption's tower. LiT starts from a good picture tower, which can see already, and teaches the
// captions to say what it sees: the "image" in its name is what is locked.

match self {
    Lock::None => false,
    Lock::Pictures => name.starts_with("text_model."),
}
