"""Reads the policy and its versions, and edits its text."""
