"""A self-contained HTML page: whatever its content, it loads nothing and runs no script."""

import html
from typing import Final

# The browser that shows or prints the page enforces this; pictures are `data:` URLs (D-098).
_ALLOWED: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def html_page(*, language: str, title: str, style: str, body: str) -> str:
    """Returns the page; `title` is plain text, `style` is CSS, `body` is HTML."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_ALLOWED}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
