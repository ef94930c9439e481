"""E-mails on disk: mailboxes to read, and the cases that have mails of them."""
