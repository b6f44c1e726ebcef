//! What the specifications of all chapters share.
//!
//! A specification is a test file whose tests read like sentences. It draws its inputs here, and it states its
//! expectations here, so that a failure explains itself: what was expected in the chapter's terms, which element is
//! furthest off, and by how much.
//!
//! ```
//! use candle_core::Result;
//! use spec::{assert_close, proptest::prelude::*, random, tensors};
//!
//! proptest! {
//!     #![proptest_config(spec::cases(16))]
//!     /// Adding is the same from both sides. (In a specification, `#[test]` follows.)
//!     fn the_order_of_a_sum_does_not_matter(x in tensors((2, 3)), seed in 0u64..100) {
//!         let y = random((2, 3), seed);
//!         assert_close(&(&x + &y)?, &(&y + &x)?, 0.0, "x + y equals y + x");
//!     }
//! }
//! # the_order_of_a_sum_does_not_matter();
//! ```

mod assertions;
mod drawn;
mod inputs;
mod learning;

pub use assertions::{assert_close, assert_finite, assert_gradients_match, assert_number};
pub use drawn::Drawn;
pub use inputs::{cases, device, device_f64, perturb, random, random_f64, tensors, tensors_within, with_columns};
pub use learning::{assert_every_parameter_learns, assert_only_these_learn, gradient_sizes};
pub use proptest;
