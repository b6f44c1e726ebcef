// caught by: kv_cache::a_failed_append_leaves_the_cache_as_it_was
// book: Gemma: the key/value cache
//
// You take the old tensors out before you know whether the new ones fit. When they do not, everything said so
// far is forgotten along with the error. Borrow them until the result is there.

let all = match self.remembered.take() {
    Some((keys, values)) => (Tensor::cat(&[&keys, key], 1)?, Tensor::cat(&[&values, value], 1)?),
    None => (key.clone(), value.clone()),
};
self.remembered = Some(all.clone());
Ok(all)
