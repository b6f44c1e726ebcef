//! How the prefix is read: the variants that PaliGemma's ablation compares.
//!
//! All of them are the prefix-LM mask of [`crate::mask`]; they differ only in how many tokens at the front read one another
//! in both directions.

use serde::{Deserialize, Serialize};

/// What reads in both directions.
///
/// # Source
/// PaliGemma (arXiv 2407.07726), §5.2 and figure 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrefixAttention {
    /// Picture and prompt: prefix-LM, PaliGemma's choice.
    #[default]
    Full,
    /// The picture; the prompt is read from left to right.
    CausalPrompt,
    /// Nothing: a plain language model, from the first patch on.
    Causal,
}

impl PrefixAttention {
    /// How many tokens at the front of a sequence read one another in both directions. Given to
    /// [`prefix_lm_mask`](crate::prefix_lm_mask) instead of the prefix's length, this makes the mask of the variant.
    ///
    /// ```
    /// use gemma_masking::PrefixAttention;
    /// // A picture of 16 tokens; with the prompt, the prefix has 21.
    /// let reads = |attention: PrefixAttention| attention.both_ways(16, 21);
    /// assert_eq!(reads(PrefixAttention::Full), 21);
    /// assert_eq!(reads(PrefixAttention::CausalPrompt), 16);
    /// assert_eq!(reads(PrefixAttention::Causal), 0);
    /// ```
    pub fn both_ways(self, image_tokens: usize, prefix_length: usize) -> usize {
        match self {
            Self::Full => prefix_length,
            Self::CausalPrompt => image_tokens,
            Self::Causal => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Result};

    use super::*;
    use crate::mask::{causal_mask, causal_prefix_mask, prefix_lm_mask};

    /// For examples of different lengths.
    #[test]
    fn each_way_to_read_a_prefix_is_its_mask() -> Result<()> {
        let (image, prefixes, lengths, t) = (2, [4, 3], [6, 7], 8);
        let of = |attention: PrefixAttention| {
            let both_ways = prefixes.map(|prefix| attention.both_ways(image, prefix));
            prefix_lm_mask(&both_ways, &lengths, t, &Device::Cpu)?.to_vec3::<u8>()
        };
        let full = prefix_lm_mask(&prefixes, &lengths, t, &Device::Cpu)?.to_vec3::<u8>()?;
        assert_eq!(of(PrefixAttention::Full)?, full, "picture and prompt read one another");
        let causal_prompt = causal_prefix_mask(image, &lengths, t, &Device::Cpu)?.to_vec3::<u8>()?;
        assert_eq!(of(PrefixAttention::CausalPrompt)?, causal_prompt, "only the picture is read in both directions");
        let causal = causal_mask(&lengths, t, &Device::Cpu)?.to_vec3::<u8>()?;
        assert_eq!(of(PrefixAttention::Causal)?, causal, "nobody sees what follows");
        assert!(full != causal_prompt && causal_prompt != causal, "three different masks");
        Ok(())
    }
}
