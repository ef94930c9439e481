"""Formats trends and control charts, for people and programs."""
