"""Resolves merge conflicts in case files."""
