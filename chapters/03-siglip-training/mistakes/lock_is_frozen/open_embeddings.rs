// caught by: objective::a_locked_tower_gets_no_gradient
// book: Training SigLIP: locked pictures, tuned captions
//
// You leave the embeddings of patches and positions open. They stand at the very beginning, so to reach them the
// gradient has to travel back through every locked block, and as they move, so does the picture's vector. The lock is
// for the whole tower.

match self {
    Lock::None => false,
    Lock::Pictures => name.starts_with("vision_model.") && !name.starts_with("vision_model.embeddings."),
}
