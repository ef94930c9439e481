"""Runs git: queries, commits, and one commit of many cases."""
