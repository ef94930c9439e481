"""Writes cases as tables: CSV, JSON Lines, workbooks."""
