"""Prints rows of long lists and the progress of a long command."""
