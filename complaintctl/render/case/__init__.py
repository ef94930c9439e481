"""One case in words and pictures."""
