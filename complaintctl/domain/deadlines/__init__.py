"""Clocks: where they start, when they are due, how they ended, and why."""
