"""Questions to git, and commits of many cases."""
