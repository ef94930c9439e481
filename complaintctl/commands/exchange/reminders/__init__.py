"""A run of reminders: what is sent, and what is printed of it."""
