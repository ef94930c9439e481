"""A report as a self-contained page to read or print: a table a section, definitions as tooltips and footnotes."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from complaintctl.domain.reports.figures import Figures, Measure
from complaintctl.render.reports import definitions
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.render.reports.figures_table import cell_text
from complaintctl.render.reports.report_heading import heading_lines
from complaintctl.render.reports.section_tables import SectionTable, section_tables
from complaintctl.render.text.language import _, current_language
from complaintctl.render.text.page import html_page

# Colours have a contrast of at least 4.5 to 1 on their background, in both themes (WCAG 2.2, 1.4.3).
_STYLE: Final = """\
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --rule: #c8ced6; --quiet: #57606a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --paper: #14181d; --rule: #3d444d; --quiet: #9ea7b3; }
}
body { font: 15px/1.5 'Noto Sans', 'Segoe UI', 'Helvetica Neue', Arial, 'PingFang SC', 'Microsoft YaHei',
  'Noto Sans CJK SC', sans-serif; color: var(--ink); background: var(--paper); max-width: 70rem;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 0; }
p { margin: .2rem 0; color: var(--quiet); }
.figures { overflow-x: auto; margin: 1.5rem 0; }
.figures table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.figures caption { text-align: start; font-weight: 600; font-size: 1.1rem; padding: .3rem 0; white-space: nowrap; }
.figures th, .figures td { border-bottom: 1px solid var(--rule); padding: .25rem .7rem; text-align: end; }
.figures th { text-align: start; font-weight: 500; }
.figures thead th { vertical-align: bottom; }
.figures thead th.figure { text-align: end; }
.figures abbr { text-decoration: underline dotted; cursor: help; }
.figures a { color: inherit; text-decoration: none; }
.definitions { font-size: .85rem; color: var(--quiet); }
.definitions li:target { outline: 2px solid currentcolor; }
@media print {
  :root { color-scheme: light; --ink: #000000; --paper: #ffffff; --rule: #999999; --quiet: #333333; }
  body { margin: 0; max-width: none; font-size: 10pt; }
  .figures { overflow: visible; }
  .figures tr, .definitions li { break-inside: avoid; }
  .figures thead { display: table-header-group; }
}
"""


def figures_page(figures: Figures, words: ReportWords) -> str:
    """Returns the report as a page that loads nothing and runs no script."""
    tables = section_tables(figures, words)
    title, *more = heading_lines(figures, words)
    body = [f"<h1>{escape(title)}</h1>\n", *(f"<p>{escape(line)}</p>\n" for line in more)]
    body += [
        "<main>\n",
        *(section_table_html(table) for table in tables),
        definitions_html(tables),
        "</main>\n",
    ]
    return html_page(language=current_language(), title=title, style=_STYLE, body="".join(body))


def section_table_html(table: SectionTable) -> str:
    """Returns a table as HTML. A measure has its definition as a tooltip and a link to `definitions_html()`."""
    heads = [f'<th scope="col">{escape(head)}</th>' for head in table.heads]
    heads += [
        f'<th scope="col" class="figure">{_measured(column.heading, column.measure)}</th>'
        for column in table.columns
    ]
    rows = "".join(
        f"<tr>{''.join(_row_heads(row.names, row.measure))}"
        f"{''.join(f'<td>{escape(cell_text(cell))}</td>' for cell in row.cells)}</tr>\n"
        for row in table.rows
    )
    caption = _measured(table.title, table.measure)
    return (
        f'<div class="figures" tabindex="0" role="region" aria-label="{escape(table.title)}">\n'
        f"<table>\n<caption>{caption}</caption>\n"
        f"<thead><tr>{''.join(heads)}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )


def definitions_html(tables: Iterable[SectionTable]) -> str:
    """Returns the footnotes: the definition of each measure of the tables, in their order."""
    measures = list(dict.fromkeys(measure for table in tables for measure in table.measures()))
    items = "".join(
        f'<li id="{_anchor(measure)}"><b>{escape(definitions.measure_label(measure))}</b>: '
        f"{escape(definitions.measure_meaning(measure))}</li>\n"
        for measure in measures
    )
    heading = escape(_("Definitions"))
    return (
        f'<section class="definitions">\n<h2>{heading}</h2>\n<ul>\n{items}</ul>\n</section>\n'
        if items
        else ""
    )


def _row_heads(names: Sequence[str], measure: Measure | None) -> list[str]:
    cells = [escape(name) for name in names]
    if measure is not None:
        cells[-1] = _measured(names[-1], measure)
    return [f'<th scope="row">{cell}</th>' for cell in cells]


def _measured(text: str, measure: Measure | None) -> str:
    """Returns a text as HTML; of a measure with its definition and the link to its footnote."""
    if measure is None:
        return escape(text)
    meaning = escape(definitions.measure_meaning(measure))
    return f'<a href="#{_anchor(measure)}"><abbr title="{meaning}">{escape(text)}</abbr></a>'


def _anchor(measure: Measure) -> str:
    """Returns the id of the footnote of a measure."""
    return f"define-{definitions.measure_name(measure).replace('.', '-').replace('_', '-')}"
