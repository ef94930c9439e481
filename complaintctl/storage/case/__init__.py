"""Finds, reads, validates and writes case files."""
