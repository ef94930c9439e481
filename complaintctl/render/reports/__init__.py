"""Formats reports, for people and programs."""
