"""Domain values to text, in two languages; returns strings, prints nothing."""
