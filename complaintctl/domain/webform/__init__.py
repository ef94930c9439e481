"""The web form through which a complaint comes in: its questions."""
