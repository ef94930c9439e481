"""What all charts share: the SVG with its title and description, texts, ticks, and the figure with its data table."""

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from complaintctl.render.text import svg
from complaintctl.render.text.language import _

# Units of the viewBox; the page scales the picture to its column.
WIDTH: Final = 520.0
FONT_SIZE: Final = 13.0
LINE: Final = 17.0
_ELLIPSIS: Final = "…"


@dataclass(frozen=True, kw_only=True, slots=True)
class Caption:
    """What a chart is called: `chart_id` is unique on the page, `description` says in words what the chart shows."""

    chart_id: str
    title: str
    description: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """One bar, segment or point: its name, its value, the value as text, and a CSS class of CHART_CLASSES.

    `value` is None if there was nothing to measure. `note` is added to what a screen reader says.
    """

    label: str
    value: float | None
    text: str
    tone: str = "c1"
    note: str = ""

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return ", ".join(
            part
            for part in (_("{what}: {which}").format(what=self.label, which=self.text), self.note)
            if part
        )


class SafeHtml(str):
    """Text that is HTML already, so that it is not escaped once more."""

    __slots__ = ()


# Classes of colours; the page gives each one for light and one for dark.
CHART_CLASSES: Final = ("c1", "c2", "good", "late", "bad", "mute")


def chart_svg(caption: Caption, high: float, parts: Iterable[str], *, role: str = "list") -> str:
    """Returns the picture; with role `list` its marks are list items, with role `img` it is one picture."""
    name = caption.chart_id
    title, description = (escape(svg.clean_xml_text(text)) for text in (caption.title, caption.description))
    head = (
        f'<svg class="chart" viewBox="0 0 {WIDTH:.0f} {high:.0f}" role="{role}" '
        f'aria-labelledby="{name}-t" aria-describedby="{name}-d">'
    )
    return "".join(
        (
            head,
            f'<title id="{name}-t">{title}</title><desc id="{name}-d">{description}</desc>',
            *parts,
            "</svg>\n",
        )
    )


def list_item(mark: Mark, parts: Iterable[str]) -> str:
    """Returns the parts of a mark as one list item with its name and value."""
    return f'<g role="listitem" aria-label={quoteattr(svg.clean_xml_text(mark.spoken))}>{"".join(parts)}</g>'


def unread(parts: Iterable[str]) -> str:
    """Returns parts that a screen reader skips, because the marks say the same."""
    return f'<g aria-hidden="true">{"".join(parts)}</g>'


def chart_text(words: str, x: float, y: float, *, anchor: str = "", tone: str = "") -> str:
    """Returns one line of text with its baseline at `y`; `anchor` is "", `m` (middle) or `e` (end)."""
    names = " ".join(part for part in (anchor, tone) if part)
    style = f' class="{names}"' if names else ""
    return f'<text x="{x:.0f}" y="{y:.0f}"{style}>{escape(svg.clean_xml_text(words))}</text>'


def chart_bar(x: float, y: float, width: float, high: float, tone: str) -> str:
    """Returns a filled rectangle; a value above zero is always visible."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{high:.1f}" class="{tone}"/>'


def clipped_lines(words: str, room: float, most: int) -> list[str]:
    """Returns the text in at most `most` lines of at most this width; what is left out is shown as an ellipsis."""
    lines = svg.wrap_to_room(words, room, FONT_SIZE, bold=False)
    if len(lines) <= most:
        return lines
    measure = svg.text_measurer(FONT_SIZE, bold=False)
    last = lines[most - 1]
    while last and measure(last + _ELLIPSIS) > room:
        last = last[:-1]
    return [*lines[: most - 1], last.rstrip() + _ELLIPSIS]


def chart_figure(
    caption: Caption, picture: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, note: str = ""
) -> str:
    """Returns the chart with its caption above, a note and its data in a table that can be opened below."""
    said = html_element("p", note, "note") if note else ""
    summary = html_element("summary", _("The data"))
    return "".join(
        (
            f"<figure>{html_element('h2', caption.title)}{picture}{said}",
            f"<details>{summary}",
            *html_table(caption.title, heads, rows),
            "</details></figure>\n",
        )
    )


def html_element(name: str, words: str, css: str = "") -> str:
    """Returns an element with a text; `css` is its class, "" for none."""
    attribute = f' class="{css}"' if css else ""
    return f"<{name}{attribute}>{html.escape(words)}</{name}>\n"


def empty_figure(caption: Caption, words: str) -> str:
    """Returns the place of a chart that has nothing to show, and says so."""
    return f"<figure>{html_element('h2', caption.title)}{html_element('p', words)}</figure>\n"


def html_table(name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yields a table whose first column names the rows; `name` is its caption for screen readers."""
    yield f'<div class="wide" role="region" tabindex="0" aria-label={quoteattr(name)}><table>'
    yield f'<caption class="unseen">{html.escape(name)}</caption>\n<thead><tr>'
    yield from (f'<th scope="col">{html.escape(head)}</th>' for head in heads)
    yield "</tr></thead>\n<tbody>"
    for first, *rest in rows:
        yield f'<tr><th scope="row">{_cell_html(first)}</th>'
        yield from (f"<td>{_cell_html(cell)}</td>" for cell in rest)
        yield "</tr>\n"
    yield "</tbody></table></div>\n"


def _cell_html(cell: str) -> str:
    return cell if isinstance(cell, SafeHtml) else html.escape(svg.clean_xml_text(cell))
