"""Exchanges cases with other clones: joins what came in, says what it is, undoes what was interrupted."""
