"""Commands that record the steps of the procedure."""
