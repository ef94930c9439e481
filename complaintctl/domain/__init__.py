"""The pure domain: values and functions without access to files, git, the terminal or the current time."""
