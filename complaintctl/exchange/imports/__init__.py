"""Rows and events of other systems."""
