"""Failures as JSON objects, for programs."""
