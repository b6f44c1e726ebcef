//! Weights of eight bits: fewer bytes to read, for looking and not for learning.

use candle_core::{DType, Result, Tensor};
use foundations::Params;
use foundations::quantised::BLOCK;
use spec::{assert_close, device, random, with_columns};
use vit_patching::{Encoder, EncoderConfig};

/// One block whose rows can be cut, with as many features in a head as share a scale.
const SIZES: EncoderConfig = EncoderConfig {
    hidden_size: 2 * BLOCK,
    intermediate_size: 3 * BLOCK,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    layer_norm_eps: 1e-6,
};

/// Every matrix of a block is rounded. Eight bits know numbers down to a 254th of the largest in their block: beside a thousand,
/// a weight of one is nothing. The thousands are multiplied by zeros here, so they alone change nothing; but a matrix that holds
/// them falls silent when it is rounded, and only then.
#[test]
fn each_matrix_of_a_block_is_rounded() -> Result<()> {
    let params = Params::new(6, DType::F32, &device());
    Encoder::new(&SIZES, params.builder())?;
    let name = |part: &str| format!("layers.0.{part}.weight");
    // Every 32nd feature of what the matrices read is zero: a norm multiplies by its weight, and rows of zeros give zeros.
    for norm in ["layer_norm1", "layer_norm2"] {
        let weight = params.get(&name(norm))?.unsqueeze(0)?;
        params.set(&name(norm), &with_columns(&weight, BLOCK, 0.0)?.squeeze(0)?)?;
    }
    for writer in ["self_attn.v_proj", "mlp.fc1"] {
        let weight = params.get(&name(writer))?;
        params.set(&name(writer), &with_columns(&weight.t()?, BLOCK, 0.0)?.t()?)?;
    }
    let x = random((1, 5, SIZES.hidden_size), 6);
    let attention = ["q_proj", "k_proj", "v_proj", "out_proj"].map(|part| name(&format!("self_attn.{part}")));
    let mlp = ["fc1", "fc2"].map(|part| name(&format!("mlp.{part}")));
    for name in attention.iter().chain(&mlp) {
        let weight = params.get(name)?.copy()?;
        let output = |weight: &Tensor, is_rounded: bool| -> Result<Tensor> {
            params.set(name, weight)?;
            let new = if is_rounded { Encoder::new_quantised } else { Encoder::new };
            new(&SIZES, params.detached_builder())?.forward(&x, None)
        };
        let loud = with_columns(&weight, BLOCK, 1000.0)?;
        let (before, after) = (output(&weight.copy()?, false)?, output(&loud, false)?);
        let (rounded, silent) = (output(&loud, true)?, output(&weight.zeros_like()?, true)?);
        params.set(name, &weight)?;
        assert_close(&after, &before, 1e-5, &format!("what {name} multiplies by 1000 is zero"));
        assert_close(&rounded, &silent, 0.0, &format!("rounded beside 1000, the rest of {name} is zero"));
    }
    Ok(())
}
