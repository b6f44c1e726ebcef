// caught by: kv_cache::new_keys_and_values_are_appended
// book: Gemma: the key/value cache
//
// You remember all keys and only the newest values. The second call still looks right; from the third on there are
// more keys than values. Remember what you return, both of them.

let (keys, values) = match &self.remembered {
    Some((keys, values)) => (Tensor::cat(&[keys, key], 1)?, Tensor::cat(&[values, value], 1)?),
    None => (key.clone(), value.clone()),
};
self.remembered = Some((keys.clone(), value.clone()));
Ok((keys, values))
