"""The towns of France: found by name, by code, or inside a sentence. Judges none of them."""
