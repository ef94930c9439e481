"""How e-mails become cases and events."""
