// caught by: pairs::the_side_of_a_step_needs_no_batch
// book: Training SigLIP: small pictures first
//
// You begin with large pictures and end with small ones. The cheap pictures come first, when everything has still
// to be learned; the last steps show the details, at the size in which the tower will be used.

if step < small_until { side } else { side / 2 }
