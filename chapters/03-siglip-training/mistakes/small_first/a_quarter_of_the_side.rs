// caught by: pairs::the_side_of_a_step_needs_no_batch
// book: Training SigLIP: small pictures first
//
// You take a quarter of the side, which leaves a sixteenth of the patches. Half the side makes a quarter of the
// patches: the number of patches goes with the square of the side.

if step < small_until { side / 4 } else { side }
