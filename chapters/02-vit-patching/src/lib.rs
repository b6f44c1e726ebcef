//! vit-patching.
