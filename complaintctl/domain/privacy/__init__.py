"""Personal data: what is shown, what is sealed, how long it is kept, where it leaks."""
