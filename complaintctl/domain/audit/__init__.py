"""Proving the history of a casebook: what git recorded of each event, and what contradicts it."""
