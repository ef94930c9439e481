"""Working time: calendars, opening hours, holidays, times as typed."""
