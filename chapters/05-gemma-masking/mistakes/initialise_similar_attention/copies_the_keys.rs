// caught by: similar_attention::only_queries_change_and_without_similarity_not_even_they
// book: Gemma: attention that starts with a comparison
//
// You make the queries equal to the keys, whatever `similarity` says. Then all query heads that share a key ask
// the same question. The similarity says how much of the keys they take; the rest stays their own.

if !(0.0..=1.0).contains(&similarity) {
    candle_core::bail!("the similarity of queries and keys is {similarity}; it must be between 0 and 1");
}
for layer in 0..config.num_hidden_layers {
    let weight = |of: &str| format!("{prefix}.layers.{layer}.self_attn.{of}_proj.weight");
    let key = params.get(&weight("k"))?.detach(); // [kv_heads·d_head, d]
    let key = key_of_each_query_head(&key, config)?; // [heads·d_head, d]
    params.set(&weight("q"), &key)?;
}
Ok(())
