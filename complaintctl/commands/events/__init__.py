"""Commands that record events other than steps."""
