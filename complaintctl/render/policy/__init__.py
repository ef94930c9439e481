"""A policy in words, and its changes."""
