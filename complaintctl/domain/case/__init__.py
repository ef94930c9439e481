"""The case: its fields, their labels and keys, lessons and causes."""
