"""Faults of a policy, and what another policy would change."""
