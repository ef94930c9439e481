"""The life cycle of a case: which events are allowed, and what they record."""
