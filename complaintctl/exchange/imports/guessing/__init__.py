"""A first mapping for a table of another system, guessed from its headings and cells."""
