"""Tables and charts of papers: as Markdown with Mermaid, as HTML for print, as Markdown for Word.

A template prints a block by its name; the filled text then has a mark, which each format replaces.
"""

import dataclasses
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from complaintctl.render.text.language import _

# Around the number of a block. Private characters, which Markdown leaves as they are.
_MARK: Final = re.compile("(?:<p>)?\ue000(\\d+)\ue001(?:</p>)?")
# An underscore inside a word is no emphasis in CommonMark.
_MARKDOWN_SIGNS: Final = re.compile(r"[\\`*\[\]<>&|~#]|(?<!\w)_|_(?!\w)")
# Mermaid has no escape for them in a text: they end it, begin Markdown or a code, or end the line.
_MERMAID_SIGNS: Final = str.maketrans({'"': "'", "`": "'", "\\": "/", "#": "", ";": ",", "\n": " "})
_COMMENT: Final = re.compile("%%+")
# A number, day or id, whose line is not broken at a hyphen.
_WORD: Final = re.compile(r"[\w.:-]{1,20}", re.ASCII)
_LONGEST_BAR: Final = 20
_PERCENT: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperTable:
    """A table; `numeric` are the indexes of the columns with numbers, which stand on the right.

    `terms` are the terms that it uses, each with its meaning: rows for the table of terms.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    terms: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class UsedTerms:
    """A table of the terms of all tables that the filled text has."""

    headings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A chart with its data: `series` maps a heading to a value for each label. A `bar` has one or two series, a `pie` one."""

    kind: Literal["bar", "pie"]
    title: str
    axis: str
    labels: tuple[str, ...]
    series: Mapping[str, tuple[float, ...]]


Block = PaperTable | Chart


@dataclass(slots=True)
class Blocks:
    """The blocks of a paper in the order in which they were made; a mark stands for one or several."""

    made: list[tuple[Block | UsedTerms, ...]] = field(default_factory=list)

    def mark(self, *blocks: Block | UsedTerms) -> str:
        """Returns what a template prints for these blocks: a mark, or "" if none of them has rows."""
        shown = tuple(block for block in blocks if _has_rows(block))
        if not shown:
            return ""
        self.made.append(shown)
        return f"\ue000{len(self.made) - 1}\ue001"

    def fill(self, text: str, write: Callable[[Block], str]) -> str:
        """Returns the text with each mark replaced by its blocks."""
        used = [block for index in _MARK.findall(text) for block in self._blocks_at(index)]
        terms = [term for block in used if isinstance(block, PaperTable) for term in block.terms]
        rows = tuple(dict.fromkeys(terms))

        def written(match: re.Match[str]) -> str:
            blocks = (
                PaperTable(headings=block.headings, rows=rows) if isinstance(block, UsedTerms) else block
                for block in self._blocks_at(match[1])
            )
            return "\n".join(map(write, blocks))

        return _MARK.sub(written, text)

    def _blocks_at(self, index: str) -> tuple[Block | UsedTerms, ...]:
        return self.made[int(index)] if int(index) < len(self.made) else ()


def _has_rows(block: Block | UsedTerms) -> bool:
    if isinstance(block, UsedTerms):
        return True
    return bool(block.labels if isinstance(block, Chart) else block.rows)


def block_markdown(block: Block) -> str:
    """Returns a table, or a Mermaid chart with its table beneath."""
    if isinstance(block, PaperTable):
        return _table_markdown(block)
    return f"```mermaid\n{mermaid_text(block)}```\n\n{_table_markdown(chart_table(block, None))}"


def block_word_markdown(block: Block) -> str:
    """Returns a table for Word, which draws no Mermaid: a chart has bars of characters."""
    return _table_markdown(block if isinstance(block, PaperTable) else chart_table(block, _text_bar))


def block_html(block: Block) -> str:
    """Returns a table; a chart is a table whose values have bars."""
    if isinstance(block, PaperTable):
        return _table_html(block, "", {})
    caption = f"<caption>{html.escape(block.title)}</caption>\n"
    most = _largest_value(block)
    bars = {
        (
            row,
            column,
        ): f'<span class="bar s{column - 1}" style="width:{_PERCENT * value / most:.1f}%"></span> '
        for column, values in enumerate(block.series.values(), 1)
        for row, value in enumerate(values)
    }
    return _table_html(dataclasses.replace(chart_table(block, None), numeric=frozenset()), caption, bars)


def mermaid_text(chart: Chart) -> str:
    """Returns the chart in Mermaid, https://mermaid.js.org: `pie`, or `xychart-beta` with bars and a line."""
    title = _mermaid_words(chart.title)
    if chart.kind == "pie":
        ((_heading, values),) = chart.series.items()
        shares = zip(chart.labels, values, strict=True)
        # Mermaid refuses a slice without size.
        slices = [f"    {_quoted(label)} : {_number(value)}\n" for label, value in shares if value > 0]
        return f"pie showData\n    title {title}\n{''.join(slices)}"
    lines = [
        "xychart-beta",
        f"    title {_quoted(_title_with_series(chart))}",
        f"    x-axis [{', '.join(map(_quoted, chart.labels))}]",
        f"    y-axis {_quoted(chart.axis)} 0 --> {_number(_largest_value(chart))}",
    ]
    for index, values in enumerate(chart.series.values()):
        lines.append(f"    {'line' if index else 'bar'} [{', '.join(map(_number, values))}]")
    return "\n".join(lines) + "\n"


def _title_with_series(chart: Chart) -> str:
    """Returns the title; with two series also which is which, because Mermaid draws no legend."""
    if len(chart.series) == 1:
        return chart.title
    bars, line = chart.series
    return _("{title} (bars: {bars}, line: {line})").format(title=chart.title, bars=bars, line=line)


def _mermaid_words(text: str) -> str:
    """Returns a text that ends no text, line or diagram: `%%` would begin a comment, and a text may not be empty."""
    return _COMMENT.sub("%", text.translate(_MERMAID_SIGNS)).strip() or "–"


def _quoted(text: str) -> str:
    return f'"{_mermaid_words(text)}"'


def _number(value: float) -> str:
    """Returns a number without exponent, which Mermaid does not read."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def chart_table(chart: Chart, bar: Callable[[float, float], str] | None) -> PaperTable:
    """Returns the data of a chart as a table; `bar` draws a value, given the largest one."""
    most = _largest_value(chart)
    columns = [
        [f"{_number(value)} {bar(value, most)}".rstrip() if bar else _number(value) for value in values]
        for values in chart.series.values()
    ]
    numeric = frozenset() if bar else frozenset(range(1, len(columns) + 1))
    rows = tuple(zip(chart.labels, *columns, strict=True))
    return PaperTable(headings=("", *chart.series), rows=rows, numeric=numeric)


def _largest_value(chart: Chart) -> float:
    """Returns the largest value, 1 if all are zero."""
    return max((value for values in chart.series.values() for value in values), default=0) or 1


def _text_bar(value: float, most: float) -> str:
    return "█" * round(_LONGEST_BAR * value / most)


def escape_markdown(text: str) -> str:
    """Returns the text for a cell of a Markdown table: on one line, without effect as Markdown."""
    return _MARKDOWN_SIGNS.sub(r"\\\g<0>", " ".join(text.split()))


def _table_markdown(table: PaperTable) -> str:
    rules = ["---:" if index in table.numeric else "---" for index in range(len(table.headings))]
    rows = [[escape_markdown(cell) for cell in row] for row in (table.headings, *table.rows)]
    lines = [rows[0], rules, *rows[1:]]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _table_html(table: PaperTable, caption: str, bars: Mapping[tuple[int, int], str]) -> str:
    """Returns the table; `bars` are the HTML before the text of a cell, by row and column."""

    def cell(tag: str, column: int, text: str, bar: str) -> str:
        names = ("number" if column in table.numeric else "", "word" if _WORD.fullmatch(text) else "")
        classes = f' class="{" ".join(filter(None, names))}"' if any(names) else ""
        scope = ' scope="col"' if tag == "th" else ""
        return f"<{tag}{scope}{classes}>{bar}{html.escape(text)}</{tag}>"

    head = "".join(cell("th", column, text, "") for column, text in enumerate(table.headings))
    lines = [
        "".join(cell("td", column, text, bars.get((row, column), "")) for column, text in enumerate(texts))
        for row, texts in enumerate(table.rows)
    ]
    body = "".join(f"<tr>{line}</tr>\n" for line in lines)
    start = '<table class="chart">' if bars else "<table>"
    return f"{start}\n{caption}<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{body}</tbody>\n</table>\n"
