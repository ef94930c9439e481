"""The pure domain: values and functions, no files, no git, no terminal, no clock."""
