"""Single commits without `git commit`, which reads and writes the whole index several times."""
