"""Imports: source files, mappings, looking up cases of earlier imports, rejects files."""
