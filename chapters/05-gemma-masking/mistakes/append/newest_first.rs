// caught by: kv_cache::new_keys_and_values_are_appended
// book: Gemma: the key/value cache
//
// You put the new tokens before the old ones. The mask speaks of columns in the order of time: it would hide the
// wrong ones.

let all = match &self.remembered {
    Some((keys, values)) => (Tensor::cat(&[key, keys], 1)?, Tensor::cat(&[value, values], 1)?),
    None => (key.clone(), value.clone()),
};
self.remembered = Some(all.clone());
Ok(all)
