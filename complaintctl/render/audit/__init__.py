"""Findings of `verify` as text."""
