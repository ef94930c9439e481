"""Fuzz drivers: coverage-guided random input for everything that reads a file; `make fuzz SECONDS=120` runs them."""
