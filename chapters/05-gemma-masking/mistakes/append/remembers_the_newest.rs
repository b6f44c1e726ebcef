// caught by: kv_cache::new_keys_and_values_are_appended
// book: Gemma: the key/value cache
//
// You remember only what came last. The second call still looks right; from the third on, the beginning is
// forgotten. Remember old *and* new.

let all = match &self.remembered {
    Some((keys, values)) => (Tensor::cat(&[keys, key], 1)?, Tensor::cat(&[values, value], 1)?),
    None => (key.clone(), value.clone()),
};
self.remembered = Some((key.clone(), value.clone()));
Ok(all)
