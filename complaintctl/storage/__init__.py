"""The only code that touches disk or runs git."""
