"""Holidays from files and libraries."""
