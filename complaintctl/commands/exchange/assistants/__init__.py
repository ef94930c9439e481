"""Tools for AI assistants: their table, their calls, their answers."""
