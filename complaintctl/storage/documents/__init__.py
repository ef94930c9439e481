"""Reads templates, and fills them in a sandboxed process."""
