// caught by: similar_attention::impossible_requests_are_refused
// book: Gemma: attention that starts with a comparison
//
// You take any similarity. Beyond 1 there is a negative number under the root, and the queries become NaN in
// silence. Say so before anything is changed.

for layer in 0..config.num_hidden_layers {
    let weight = |of: &str| format!("{prefix}.layers.{layer}.self_attn.{of}_proj.weight");
    let query = params.get(&weight("q"))?.detach(); // [heads·d_head, d]
    let key = params.get(&weight("k"))?.detach(); // [kv_heads·d_head, d]
    let key = key_of_each_query_head(&key, config)?; // [heads·d_head, d]
    let similar = ((key * similarity)? + (query * (1.0 - similarity * similarity).sqrt())?)?;
    params.set(&weight("q"), &similar)?;
}
Ok(())
