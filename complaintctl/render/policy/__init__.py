"""Policies and calendars, and their changes, as text."""
