"""Commands for letters, forms, templates and surveys."""
