"""Overviews of many cases: findings, columns, board, figures."""
