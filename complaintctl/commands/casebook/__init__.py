"""Commands for the casebook as a whole."""
