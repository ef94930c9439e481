"""The sentence of every key, by subject."""
