"""How fast the reading commands are, measured on whole processes; `python -m bench` prints the figures."""
