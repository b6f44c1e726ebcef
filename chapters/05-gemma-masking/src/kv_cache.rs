//! The key/value cache: what earlier tokens said does not change, so it need not be computed again.
//!
//! To generate token number 100, a decoder without a memory runs all 99 earlier ones through every layer. But under the
//! mask no earlier token sees the new one, so their keys and values are what they were: keep them, and a step costs
//! one token. Keys are kept *after* their rotation; a position belongs to a token for good.

use candle_core::{Result, Tensor};

/// The keys and values of every layer.
#[derive(Debug, Clone, Default)]
pub struct KvCache {
    layers: Vec<LayerCache>,
    /// Where the remembered tokens stand; kept only where layers have a window.
    positions: Option<Tensor>, // [b or 1, t_k]
}

impl KvCache {
    /// An empty memory for a decoder of `layers` layers.
    pub fn new(layers: usize) -> Self {
        Self { layers: vec![LayerCache::default(); layers], positions: None }
    }

    /// How many tokens (columns, padding included) are remembered.
    pub fn len(&self) -> usize {
        self.layers.first().map_or(0, LayerCache::len)
    }

    /// Whether nothing is remembered yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One memory per layer, from the first to the last.
    pub fn layers_mut(&mut self) -> &mut [LayerCache] {
        &mut self.layers
    }

    /// Appends the positions of new tokens and returns those of all tokens. Columns are no positions: behind the padding of a
    /// short prefix, an answer goes on where the prefix ended.
    ///
    /// # Shapes
    /// `positions`: `[b or 1, t]` of u32 → `[b or 1, t_k]`, where `t_k` counts old and new tokens.
    /// # Errors
    /// When the rows of old and new tokens differ in number and neither is one.
    pub(crate) fn append_positions(&mut self, positions: &Tensor) -> Result<Tensor> {
        let all = match &self.positions {
            Some(old) => {
                let rows = old.dim(0)?.max(positions.dim(0)?);
                let of_all = |x: &Tensor| x.broadcast_as((rows, x.dim(1)?))?.contiguous();
                Tensor::cat(&[of_all(old)?, of_all(positions)?], 1)?
            }
            None => positions.clone(),
        };
        self.positions = Some(all.clone());
        Ok(all)
    }
}

/// The keys and values of one layer.
#[derive(Debug, Clone, Default)]
pub struct LayerCache {
    remembered: Option<(Tensor, Tensor)>, // two of [b, t_k, kv_heads, d_head]
}

impl LayerCache {
    /// Appends the keys and values of new tokens and returns those of all tokens.
    ///
    /// # Shapes
    /// `key`, `value`: `[b, t, kv_heads, d]` → two of `[b, t_k, kv_heads, d]`, where `t_k` counts old and new tokens.
    /// # Errors
    /// When the new tensors differ from the remembered ones in another dimension than time.
    pub fn append(&mut self, key: &Tensor, value: &Tensor) -> Result<(Tensor, Tensor)> {
        // ANCHOR: append
        let all = match &self.remembered {
            Some((keys, values)) => (Tensor::cat(&[keys, key], 1)?, Tensor::cat(&[values, value], 1)?),
            None => (key.clone(), value.clone()),
        };
        self.remembered = Some(all.clone());
        Ok(all)
        // ANCHOR_END: append
    }

    fn len(&self) -> usize {
        self.remembered.as_ref().map_or(0, |(keys, _)| keys.dims()[1])
    }
}
