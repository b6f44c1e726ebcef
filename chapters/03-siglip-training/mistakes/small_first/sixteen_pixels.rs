// caught by: pairs::the_side_of_a_step_needs_no_batch
// book: Training SigLIP: small pictures first
//
// You wrote down 16, which is half of the example's 32. The side is an argument: pictures of 64 begin at 32.

if step < small_until { 16 } else { side }
