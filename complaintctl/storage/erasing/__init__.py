"""What is left of erased data: a search through all objects of git, and a plan to rewrite the history."""
