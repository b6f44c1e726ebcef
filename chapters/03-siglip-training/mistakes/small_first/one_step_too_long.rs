// caught by: pairs::the_side_of_a_step_needs_no_batch
// book: Training SigLIP: small pictures first
//
// The step `small_until` itself is still small with you. It counts from 0, so the steps before it are
// 0, 1, … small_until − 1, and `small_until` = 0 must mean that no picture is small.

if step <= small_until { side / 2 } else { side }
