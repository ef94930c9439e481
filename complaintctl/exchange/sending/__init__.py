"""What leaves the desk: calendars and reminders."""
