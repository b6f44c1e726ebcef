//! Specification of the names of SigLIP's tensors.

use published_weights::names::of_siglip;

/// Our modules have SigLIP's names, and the numbers 0, 1, 2, … that old files store beside the parameters are none.
#[test]
fn every_parameter_keeps_its_name() {
    for name in ["vision_model.embeddings.position_embedding.weight", "text_model.head.bias", "logit_scale"] {
        assert_eq!(of_siglip(name).as_deref(), Some(name));
    }
    for buffer in ["vision_model.embeddings.position_ids", "text_model.embeddings.position_ids"] {
        assert_eq!(of_siglip(buffer), None, "{buffer} is no parameter");
    }
}
