"""Deadlines: when a clock starts, when it is due, how it ended, and why."""
