"""Parses YAML with positions, quotes texts, keeps original spacing."""
