"""Commands that record what else happens to a case."""
