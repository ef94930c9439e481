"""Benchmarks of due times and of whole processes of the reading commands; `python -m bench` prints the figures."""
