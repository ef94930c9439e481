"""Letters: a filled template as plain text, Markdown or an HTML page."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from complaintctl.render.text import terminal_safety
from complaintctl.render.text.language import current_language
from complaintctl.render.text.page import html_page

LETTER_FORMATS: Final = ("text", "md", "html", "eml", "docx", "json")
# Formats that are not text, so never printed on a screen.
BINARY_FORMATS: Final = frozenset({"eml", "docx"})
_BLANKS: Final = re.compile(r"\n{3,}")
# A case id, phone number or serial number: no line may break at its hyphens.
_NUMBER: Final = re.compile(r"(?<![\w-])(?=[\w+-]{3,24}(?![\w-]))\+?[A-Z0-9]+(?:-[A-Z0-9]+)+(?![\w-])")
# Chinese lines of one paragraph are joined without a space; a heading ends with its line.
_GOES_ON: Final = re.compile(
    r"^(?! {0,3}#)(.*[\u3000-\u9fff\uff00-\uffef]\**)\n *(?=\**[\u3000-\u9fff\uff00-\uffef])", re.MULTILINE
)
_STYLE: Final = """\
body { font: 11pt/1.6 "Noto Sans", "Segoe UI", "Helvetica Neue", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC",
  sans-serif; color: #1a1a1a; background: #fff; max-width: 40em; margin: 2.5em auto; padding: 0 1.5em;
  overflow-wrap: anywhere; }
.number { white-space: nowrap; } pre { white-space: pre-wrap; }
h1 { font-size: 1.15em; line-height: 1.4; margin: 0 0 1.4em; text-wrap: balance; }
p, ul, ol, table { margin: 0 0 1em; } ul, ol { padding-left: 1.6em; } li { margin: 0.3em 0; }
table { border-collapse: collapse; } th, td { border: 1px solid #999; padding: 0.25em 0.6em; text-align: left; }
header { margin: 0 0 2.2em; } header p { margin: 0 0 1.6em; } .sender, .day { text-align: right; }
.sender { color: #555; font-size: 0.9em; } .sender strong { color: #1a1a1a; font-size: 1.15em; }
main > p:last-child { break-inside: avoid; margin-top: 1.6em; }
:lang(zh) main > ul, :lang(zh) main > ol { padding-left: 3.4em; }
:lang(zh) main > p { text-indent: 2em; } :lang(zh) main > p:first-of-type { text-indent: 0; }
:lang(zh) main > p:last-child { text-align: right; text-indent: 0; }
@page { size: A4; margin: 25mm 22mm; }
@media print { body { font-size: 10.5pt; margin: 0; padding: 0; max-width: none; } p, li { orphans: 3; widows: 3; } }
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Letterhead:
    """The head of a letter on paper: lines of sender and recipient, which may be empty, and the date."""

    sender: Sequence[str]
    to: Sequence[str]
    day: str


def tidy_markdown(text: str) -> str:
    """Returns the Markdown without surplus empty lines (left by conditions), each Chinese paragraph on one line."""
    return _GOES_ON.sub(r"\1", _spaced(text))


def letter_text(filled: str) -> str:
    """Returns the letter as plain text without Markdown's marks, each paragraph on one line."""
    return _spaced("".join(_block_texts(_markdown().parse(tidy_markdown(filled)))))


def _spaced(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    return _BLANKS.sub("\n\n", lines) + "\n"


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _block_texts(tokens: Sequence[Token]) -> Iterator[str]:
    """Yields the text of each block; entries of a list keep their bullet or number."""
    counts: list[int | None] = []
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            counts.append(int(token.attrGet("start") or 1) if token.type.startswith("ordered") else None)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            counts.pop()
            yield "\n"
        elif token.type == "list_item_open":
            count = counts[-1]
            yield "  " * (len(counts) - 1) + ("- " if count is None else f"{count}. ")
            counts[-1] = None if count is None else count + 1
        elif token.type == "inline":
            yield "".join(map(_words, token.children or ()))
        elif token.type in {"fence", "code_block"}:
            yield f"{token.content}\n"
        elif token.type in {"paragraph_close", "heading_close"}:
            yield "\n" if token.hidden else "\n\n"
        elif token.type in {"td_close", "th_close"}:
            yield "  "
        elif token.type in {"tr_close", "table_close"}:
            yield "\n"


def _words(token: Token) -> str:
    if token.type == "softbreak":
        return " "
    if token.type == "hardbreak":
        return "\n"
    if token.type == "link_close":
        return ""
    return token.content


def letter_html(filled: str, title: str, paper: Letterhead | None) -> str:
    """Returns the letter as a page: with `paper` as its head to print, without it as the body of an e-mail."""
    head = _letterhead_html(paper, title) if paper else ""
    markdown = _markdown()
    markdown.add_render_rule("text", _render_text)
    markdown.add_render_rule("image", _render_picture)
    body = f"{head}<main>\n{markdown.render(tidy_markdown(filled))}</main>\n"
    return terminal_safety.replace_controls(
        html_page(language=current_language(), title=title, style=_STYLE, body=body)
    )


def _render_text(_renderer: object, tokens: Sequence[Token], index: int, *_options: object) -> str:
    """Returns the text of a token; no line breaks inside a number."""
    return _unbroken_numbers(tokens[index].content)


def _render_picture(renderer: RendererHTML, tokens: Sequence[Token], index: int, *options: Any) -> str:
    """Returns an embedded picture; of a remote one only the alt text: fetching it would reveal who reads the letter."""
    if str(tokens[index].attrGet("src")).startswith("data:"):
        return renderer.image(tokens, index, *options)
    return _unbroken_numbers(tokens[index].content)


def _unbroken_numbers(text: str) -> str:
    return _NUMBER.sub(r'<span class="number">\g<0></span>', html.escape(text, quote=False))


def _letterhead_html(paper: Letterhead, title: str) -> str:
    sender, to, day = (
        map(_unbroken_numbers, paper.sender),
        map(_unbroken_numbers, paper.to),
        html.escape(paper.day),
    )
    first = next(sender, "")
    who = "<br>\n".join((f"<strong>{first}</strong>", *sender)) if first else ""
    blocks = (("sender", who), ("to", "<br>\n".join(to)), ("day", day))
    lines = "".join(f'<p class="{name}">{text}</p>\n' for name, text in blocks if text)
    return f"<header>\n{lines}<h1>{_unbroken_numbers(title)}</h1>\n</header>\n"
