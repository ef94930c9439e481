"""Figures over many cases, each with its definition and denominator."""
