"""File operations: atomic writes, and reading untrusted files."""
