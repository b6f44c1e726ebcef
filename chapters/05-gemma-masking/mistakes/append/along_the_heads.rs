// caught by: kv_cache::new_keys_and_values_are_appended
// book: Gemma: the key/value cache
//
// You join along dimension 2, the heads. A new token is a new place in *time*, dimension 1.

let all = match &self.remembered {
    Some((keys, values)) => (Tensor::cat(&[keys, key], 2)?, Tensor::cat(&[values, value], 2)?),
    None => (key.clone(), value.clone()),
};
self.remembered = Some(all.clone());
Ok(all)
