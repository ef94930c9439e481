"""Public holidays from files and from the library `holidays`."""
