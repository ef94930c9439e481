"""Checks of a policy: its faults, and the effects of changing it."""
