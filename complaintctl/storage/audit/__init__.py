"""Reading the git history of a casebook in one stream."""
