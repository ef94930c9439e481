"""Many cases at once: findings, columns, figures."""
