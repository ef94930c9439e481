"""Reads the files that tables come in: CSV, JSON Lines, workbooks."""
