// caught by: objective::a_locked_tower_gets_no_gradient
// book: Training SigLIP: locked pictures, tuned captions
//
// You lock the blocks of the tower and leave open what lies around them: embeddings, last norm and pooling head.
// As they move, the tower's answers move, and the backward pass through all blocks is still needed, which LiT
// would have saved.

match self {
    Lock::None => false,
    Lock::Pictures => name.starts_with("vision_model.encoder."),
}
