"""The result of a check, for people and for CI services."""
