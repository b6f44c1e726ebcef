// caught by: kv_cache::new_keys_and_values_are_appended
// book: Gemma: the key/value cache
//
// You return the right tensors and do not remember them: the next call finds nothing, and the new token sees
// only itself.

Ok(match &self.remembered {
    Some((keys, values)) => (Tensor::cat(&[keys, key], 1)?, Tensor::cat(&[values, value], 1)?),
    None => (key.clone(), value.clone()),
})
