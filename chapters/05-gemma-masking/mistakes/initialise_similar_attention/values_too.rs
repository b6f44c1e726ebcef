// caught by: similar_attention::only_queries_change_and_without_similarity_not_even_they
// book: Gemma: attention that starts with a comparison
//
// You turn the values as well. Who looks at whom is decided by queries and keys alone; what is carried over once
// somebody looks is another matter, and stays as it started.

if !(0.0..=1.0).contains(&similarity) {
    candle_core::bail!("the similarity of queries and keys is {similarity}; it must be between 0 and 1");
}
for layer in 0..config.num_hidden_layers {
    let weight = |of: &str| format!("{prefix}.layers.{layer}.self_attn.{of}_proj.weight");
    let query = params.get(&weight("q"))?.detach(); // [heads·d_head, d]
    let key = params.get(&weight("k"))?.detach(); // [kv_heads·d_head, d]
    let value = params.get(&weight("v"))?.detach(); // [kv_heads·d_head, d]
    let rest = (1.0 - similarity * similarity).sqrt();
    params.set(&weight("v"), &((&key * similarity)? + (value * rest)?)?)?;
    let key = key_of_each_query_head(&key, config)?; // [heads·d_head, d]
    params.set(&weight("q"), &((key * similarity)? + (query * rest)?)?)?;
}
Ok(())
