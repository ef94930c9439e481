"""What arrives by e-mail: which mails belong to one case, and what becomes of each."""
