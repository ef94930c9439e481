"""E-mail as others send it: single mails (RFC 5322, MIME) and mailboxes (mbox)."""
