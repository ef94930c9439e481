"""Sentences by their keys, one module per subject."""
