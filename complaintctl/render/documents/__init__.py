"""Letters and forms as text, Markdown and pages."""
