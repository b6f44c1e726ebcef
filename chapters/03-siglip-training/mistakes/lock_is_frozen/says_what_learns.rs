// caught by: objective::a_locked_tower_gets_no_gradient
// book: Training SigLIP: locked pictures, tuned captions
//
// You say which parameters *learn*, but the question is which are *kept*. Without a lock nothing would be trained
// at all, and with one the wrong side.

match self {
    Lock::None => true,
    Lock::Pictures => !name.starts_with("vision_model."),
}
