"""Commands for the policy and its calendars."""
