// caught by: kv_cache::a_failed_append_leaves_the_cache_as_it_was
// book: Gemma: the key/value cache
//
// You write the longer keys into the cache before the values are known to fit. When they do not, the error leaves a
// cache with one key more than values. Make both first, and remember them together.

match &mut self.remembered {
    Some((keys, values)) => {
        *keys = Tensor::cat(&[&*keys, key], 1)?;
        *values = Tensor::cat(&[&*values, value], 1)?;
        Ok((keys.clone(), values.clone()))
    }
    None => {
        self.remembered = Some((key.clone(), value.clone()));
        Ok((key.clone(), value.clone()))
    }
}
