"""Exports for analytic engines, and reports over them."""
