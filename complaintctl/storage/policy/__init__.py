"""The policy file, its text and its versions."""
