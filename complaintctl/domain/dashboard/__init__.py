"""The content of the dashboard and of the site, and what may be shown of a case without its customer."""
