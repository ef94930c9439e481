"""Letters: a filled template as plain text, Markdown or a page."""

import html
import re
from typing import Final

from markdown_it import MarkdownIt

from complaintctl.render.language import current

# Signs that Markdown needs and a reader of plain text does not.
_EMPHASIS: Final = re.compile(r"(?<!\\)(\*\*|__|`)(.+?)(?<!\\)\1")
_HEADING: Final = re.compile(r"^#{1,6} +", re.MULTILINE)
_ESCAPED: Final = re.compile(r"\\([^\w ])")
_BLANKS: Final = re.compile(r"\n{3,}")
_STYLE: Final = """\
body { font: 11pt/1.5 "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "Segoe UI", sans-serif;
  color: #1a1a1a; background: #fff; max-width: 42em; margin: 2.5em auto; padding: 0 1.5em; }
p, ul, ol, table { margin: 0 0 0.9em; } li { margin: 0.2em 0; }
table { border-collapse: collapse; } th, td { border: 1px solid #999; padding: 0.25em 0.6em; text-align: left; }
@page { size: A4; margin: 25mm 20mm; }
@media print { body { margin: 0; padding: 0; max-width: none; } p, li { orphans: 3; widows: 3; } }
"""


def tidy(filled: str) -> str:
    """A filled template without the empty lines that its conditions leave."""
    lines = "\n".join(line.rstrip() for line in filled.strip().split("\n"))
    return _BLANKS.sub("\n\n", lines) + "\n"


def plain(filled: str) -> str:
    """The letter as plain text: what Markdown marks is said without its signs."""
    unmarked = _HEADING.sub("", _EMPHASIS.sub(r"\2", tidy(filled)))
    return _ESCAPED.sub(r"\1", unmarked)


def page(filled: str, title: str) -> str:
    """The letter as a page of its own, to be looked at, printed or sent."""
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(tidy(filled))
    return (
        f'<!DOCTYPE html>\n<html lang="{current()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n"
        "</body>\n</html>\n"
    )
