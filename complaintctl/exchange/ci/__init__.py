"""Files for the CI services of the forges, and for cron."""
