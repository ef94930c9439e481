"""What arrives by e-mail and web form: which mails belong to one case, and what a form asks."""
