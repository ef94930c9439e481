"""Words, tables and pages: what every text is made of."""
