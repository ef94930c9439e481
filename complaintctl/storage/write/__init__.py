"""Writing under one lock, with a journal."""
