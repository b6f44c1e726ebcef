//! foundations.
