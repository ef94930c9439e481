"""Commands that bring records in and send deadlines out."""
