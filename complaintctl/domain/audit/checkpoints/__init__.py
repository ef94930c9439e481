"""Checkpoints: what they say of each case, and what contradicts them later."""
