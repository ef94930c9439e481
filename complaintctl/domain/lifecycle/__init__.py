"""What may happen to a case, and what is recorded then."""
