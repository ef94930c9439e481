"""Formats of other systems: tables, holiday files, Word documents, e-mail."""
