"""Finding personal data in texts where they do not belong."""
