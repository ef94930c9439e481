"""Templates, and the locked process that fills them."""
