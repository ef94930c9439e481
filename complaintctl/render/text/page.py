"""A page of HTML that stands alone: whatever is written on it, nothing is loaded from anywhere and nothing runs."""

import html
from typing import Final

# For whoever opens it in a browser, and for the one that prints it; pictures stand in the page itself.
_ALLOWED: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def html_page(*, language: str, title: str, style: str, body: str) -> str:
    """The page with its title as text, its style and its body as HTML."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_ALLOWED}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
