"""Remembers what was read from case files, so that an unchanged file need not be read again."""
