//! What the ablations change about a batch: who reads in both directions, what carries loss, whether there is a picture.
//!
//! None of it needs another model or another loop. A batch says how long the part is that is read in both directions,
//! which positions predict what, and what the pixels are; a variant says it differently.
//!
//! # Source
//! PaliGemma (arXiv 2407.07726), §5.2 and figure 5.

use candle_core::{Device, Result, Tensor};
use gemma_masking::PrefixAttention;
use projection::prompt::Example;
use serde::{Deserialize, Serialize};

use crate::collate::{Averaging, Batch, collate};

/// Which tokens are predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossOn {
    /// The answer and `<eos>`, as PaliGemma does.
    #[default]
    Suffix,
    /// The prompt, the line break, the answer and `<eos>`. Let the prompt be read from left to right then: in both
    /// directions a token sees the very token that it should predict.
    PromptAndSuffix,
}

/// A variant of generative training; the default is PaliGemma's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Variant {
    /// What is read in both directions.
    pub attention: PrefixAttention,
    /// What carries loss.
    pub loss_on: LossOn,
    /// Pictures are all zeros, so that nothing but the prompt can be learned from.
    pub blind: bool,
}

impl Variant {
    /// [`collate`], as this variant has it.
    ///
    /// # Shapes
    /// `pixels`: `[b, 3, side, side]`, of which each makes `image_tokens` tokens; `b` examples → see [`Batch`].
    /// # Errors
    /// When the device fails.
    pub fn collate(
        self,
        examples: &[Example],
        image_tokens: usize,
        pixels: Tensor,
        pad: u32,
        averaging: Averaging,
        device: &Device,
    ) -> Result<Batch> {
        // Everything that is predicted counts as answer here; who may look at whom is put right below.
        let predicted: Vec<Example> = examples
            .iter()
            .map(|example| Example { ids: example.ids.clone(), prefix_length: self.loss_from(image_tokens, example) })
            .collect();
        let pixels = if self.blind { pixels.zeros_like()? } else { pixels }; // [b, 3, side, side]
        let mut batch = collate(&predicted, pixels, pad, averaging, device)?;
        let both_ways = |example: &Example| self.attention.both_ways(image_tokens, example.prefix_length);
        batch.prefix_lengths = examples.iter().map(both_ways).collect();
        Ok(batch)
    }

    /// The first token that is predicted.
    fn loss_from(self, image_tokens: usize, example: &Example) -> usize {
        match self.loss_on {
            LossOn::Suffix => example.prefix_length,
            LossOn::PromptAndSuffix => image_tokens + 1, // after `<bos>`
        }
    }
}

#[cfg(test)]
mod tests {
    use candle_core::DType;

    use super::*;

    const PAD: u32 = 0;
    const IMAGE_TOKENS: usize = 2;

    /// Two image tokens (5), `<bos>` 2, a prompt, the line break 4, an answer, `<eos>` 1.
    fn examples() -> [Example; 2] {
        [
            Example { ids: vec![5, 5, 2, 20, 21, 4, 30, 1], prefix_length: 6 },
            Example { ids: vec![5, 5, 2, 22, 4, 31, 32, 1], prefix_length: 5 },
        ]
    }

    fn pixels() -> Result<Tensor> {
        Tensor::ones((2, 3, 8, 8), DType::F32, &Device::Cpu)
    }

    fn batch(variant: Variant) -> Result<Batch> {
        variant.collate(&examples(), IMAGE_TOKENS, pixels()?, PAD, Averaging::PerExample, &Device::Cpu)
    }

    /// The border, who predicts, what, how much it counts, and the mean of all pixels.
    type Said = (Vec<usize>, Vec<u32>, Vec<u32>, Vec<f32>, f32);

    /// What a batch says, as plain values.
    fn said(batch: &Batch) -> Result<Said> {
        Ok((
            batch.prefix_lengths.clone(),
            batch.predicting.to_vec1()?,
            batch.targets.to_vec1()?,
            batch.weights.to_vec1()?,
            batch.pixels.mean_all()?.to_scalar()?,
        ))
    }

    /// Without a variant, everything is as chapter 6 has it.
    #[test]
    fn the_default_changes_nothing() -> Result<()> {
        let plain = collate(&examples(), pixels()?, PAD, Averaging::PerExample, &Device::Cpu)?;
        assert_eq!(
            said(&batch(Variant::default())?)?,
            said(&plain)?,
            "the default variant is PaliGemma's own training"
        );
        Ok(())
    }

    /// Another attention moves the border of what is read in both directions, and leaves the loss alone.
    #[test]
    fn attention_moves_the_border_only() -> Result<()> {
        let full = said(&batch(Variant::default())?)?;
        for (attention, border) in [(PrefixAttention::CausalPrompt, IMAGE_TOKENS), (PrefixAttention::Causal, 0)] {
            let other = said(&batch(Variant { attention, ..Variant::default() })?)?;
            assert_eq!(other.0, [border, border], "{attention:?} reads {border} tokens in both directions");
            assert_eq!((&other.1, &other.2, &other.3), (&full.1, &full.2, &full.3), "{attention:?} keeps the loss");
        }
        Ok(())
    }

    /// Loss on the prompt, too: from `<bos>` on, everything that follows is predicted, and no image token is.
    #[test]
    fn the_prompt_can_carry_loss() -> Result<()> {
        let variant = Variant { loss_on: LossOn::PromptAndSuffix, ..Variant::default() };
        let (border, predicting, targets, weights, _) = said(&batch(variant)?)?;
        assert_eq!(border, [6, 5], "who may look at whom stays");
        assert_eq!(targets, [20, 21, 4, 30, 1, 22, 4, 31, 32, 1], "prompt, line break, answer, <eos>");
        assert_eq!(predicting, [2, 3, 4, 5, 6, 10, 11, 12, 13, 14], "the first is predicted at <bos>");
        assert!(
            weights.iter().all(|weight| (weight - 0.1).abs() < 1e-6),
            "each example shares a half among five tokens"
        );
        Ok(())
    }

    /// A blind batch has the same words and no picture.
    #[test]
    fn blind_pictures_are_zeros() -> Result<()> {
        let blind = said(&batch(Variant { blind: true, ..Variant::default() })?)?;
        let seeing = said(&batch(Variant::default())?)?;
        assert_eq!((blind.4, seeing.4), (0.0, 1.0), "the mean of all pixels");
        assert_eq!((blind.0, blind.1, blind.2), (seeing.0, seeing.1, seeing.2), "the words stay");
        Ok(())
    }
}
