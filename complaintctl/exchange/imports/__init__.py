"""Rows and events imported from other systems."""
