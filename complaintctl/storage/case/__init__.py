"""Case files: found, read, validated, written."""
