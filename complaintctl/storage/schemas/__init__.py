"""The published JSON Schemas of what commands print."""
