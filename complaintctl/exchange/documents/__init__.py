"""Writes Word documents and e-mail drafts."""
