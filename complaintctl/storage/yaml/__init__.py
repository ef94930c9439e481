"""YAML text with places, quoting and spacing."""
