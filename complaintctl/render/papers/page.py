"""A paper as Markdown, as Markdown for Word, and as a page to print."""

import html
from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt

from complaintctl.render.documents.letters import tidy_markdown
from complaintctl.render.papers.blocks import (
    Blocks,
    block_html,
    block_markdown,
    block_word_markdown,
    escape_markdown,
)
from complaintctl.render.text import terminal_safety
from complaintctl.render.text.language import current_language
from complaintctl.render.text.page import html_page

PAPER_FORMATS: Final = ("md", "html", "docx", "json")
_STYLE: Final = """\
body { font: 10.5pt/1.55 "Noto Sans", "Segoe UI", "Helvetica Neue", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC",
  sans-serif; color: #1a1a1a; background: #fff; max-width: 52em; margin: 2em auto; padding: 0 1.5em;
  overflow-wrap: anywhere; }
h1 { font-size: 1.5em; line-height: 1.3; margin: 0 0 0.6em; } h2 { font-size: 1.15em; margin: 1.6em 0 0.5em; }
p, ul, ol { margin: 0 0 0.8em; }
blockquote { margin: 0 0 1em; padding: 0.5em 0.9em; border-left: 4px solid #b45309; background: #fff7ed; }
blockquote p { margin: 0; }
table { border-collapse: collapse; width: 100%; margin: 0 0 1.2em; font-size: 0.94em; }
caption { text-align: left; font-weight: 600; padding: 0 0 0.3em; }
th, td { border: 1px solid #b5b5b5; padding: 0.25em 0.55em; text-align: left; vertical-align: top; }
th { background: #f0f0f0; } .number { text-align: right; font-variant-numeric: tabular-nums; }
td:empty { height: 1.7em; } th, td { overflow-wrap: break-word; } .word { white-space: nowrap; }
table.chart { table-layout: fixed; } .chart th:first-child { width: 28%; }
.bar { display: inline-block; height: 0.8em; max-width: calc(100% - 4.5em); vertical-align: baseline; background: #2563eb; }
.s1 { background: #b45309; } .s2 { background: #15803d; }
@page { size: A4; margin: 18mm 16mm; }
@media print { body { font-size: 9.5pt; margin: 0; padding: 0; max-width: none; } h2 { break-after: avoid; }
  tr, blockquote, caption { break-inside: avoid; } thead { display: table-header-group; }
  th, .bar, blockquote { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledPaper:
    """A filled paper: its title, its Markdown with marks, and the blocks for the marks."""

    title: str
    body: str
    blocks: Blocks


def paper_markdown(paper: FilledPaper) -> str:
    """Returns the paper as Markdown; charts are Mermaid with their table beneath."""
    return (
        f"# {escape_markdown(paper.title)}\n\n{tidy_markdown(paper.blocks.fill(paper.body, block_markdown))}"
    )


def paper_word_markdown(paper: FilledPaper) -> str:
    """Returns the text of the paper for Word, without its title."""
    return tidy_markdown(paper.blocks.fill(paper.body, block_word_markdown))


def paper_html(paper: FilledPaper) -> str:
    """Returns the paper as a page for A4; it loads nothing and runs no script."""
    text = MarkdownIt("commonmark", {"html": False}).enable("table").render(tidy_markdown(paper.body))
    body = f"<main>\n<h1>{html.escape(paper.title)}</h1>\n{paper.blocks.fill(text, block_html)}</main>\n"
    page = html_page(language=current_language(), title=paper.title, style=_STYLE, body=body)
    return terminal_safety.replace_controls(page)
