// caught by: objective::a_locked_tower_gets_no_gradient
// book: Training SigLIP: locked pictures, tuned captions
//
// You leave the pooling head open. Fine-tuning often trains a head on a frozen body, but LiT locks the picture's
// side as a whole: the picture's vector must stay what it is, so that it can be computed once and kept.

match self {
    Lock::None => false,
    Lock::Pictures => name.starts_with("vision_model.") && !name.starts_with("vision_model.head."),
}
