"""Recording an event: its options, the decision, the write, and what follows in other cases."""
