"""Imports: sources, mappings, earlier imports, rejects."""
