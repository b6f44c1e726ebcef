//! projection.
