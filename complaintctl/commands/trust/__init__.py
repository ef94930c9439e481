"""Commands that prove, share, protect and repair a casebook."""
