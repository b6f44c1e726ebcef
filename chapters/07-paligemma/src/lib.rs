//! paligemma.
