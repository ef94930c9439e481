"""Checkpoints as files, what contradicts them, and evidence packs."""
