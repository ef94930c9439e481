"""Commands that take a step of the procedure."""
