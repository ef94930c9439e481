"""The pages of a static site beside its dashboard."""
