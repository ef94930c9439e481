"""A filled form as an HTML page for A4 paper: boxes, tables, lines to write on, signatures."""

import html
import re
from collections.abc import Iterator
from typing import Final

from complaintctl.domain.policy.forms import (
    EMPTY_BOX,
    TICKED_BOX,
    FilledChoice,
    FilledFishbone,
    FilledForm,
    FilledPart,
    FilledPassage,
    FilledRow,
    FilledTable,
    FilledText,
)
from complaintctl.render.case import fishbone
from complaintctl.render.text import svg
from complaintctl.render.text.page import html_page

FORM_FORMATS: Final = ("html", "md", "pdf", "docx", "json")
_ODD: Final = re.compile(r"[^\w .,/()-]")
_GAP: Final = re.compile(r"(\{pages?\})")
_MARGIN: Final = 24.0
_FACES: Final = (
    '"Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", '
    '"Segoe UI", "DejaVu Sans", sans-serif'
)
_STYLE: Final = """\
@page { size: A4; margin: 15mm 15mm 14mm; @bottom-center { content: $foot; font: 8.5pt $faces; color: #444; }
  @top-left { content: $number; font: 8.5pt $faces; color: #444; }
  @top-right { content: $case; font: 8.5pt $faces; color: #444; } }
@page :first { @top-left { content: ""; } @top-right { content: ""; } }
* { box-sizing: border-box; }
body { font: 10pt/1.45 $faces; color: #111; background: #fff; max-width: 190mm; margin: 8mm auto; padding: 0 5mm;
  -webkit-print-color-adjust: exact; print-color-adjust: exact; overflow-wrap: anywhere; }
header { display: flex; align-items: flex-end; margin-bottom: 2mm; font-size: 9pt; }
header p { flex: 1; margin: 0; } header p + h1 + p { text-align: right; }
h1 { max-width: 60%; text-align: center; font-size: 17pt; line-height: 1.25; margin: 0; }
h2 { font-size: 11pt; margin: 3mm 0 0.5mm; break-after: avoid; }
dl, table { width: 100%; margin: -1px 0 0; } dd { margin: 0; }
dl > div { display: flex; } dl { border: 1px solid #555; }
dl.line { display: flex; break-inside: avoid; position: relative; }
dl.line > div + div { border-left: 1px solid #555; position: relative; }
/* Once more, above the grey: some programs that show a PDF let it cover the lines. */
dl.line::after { content: ""; position: absolute; inset: -1px; border: 1px solid #555; }
dl.line > div + div::before { content: ""; position: absolute; inset: 0 auto 0 -1px; border-left: 1px solid #555; }
.w1 { flex: 1 1 0; } .w2 { flex: 2 1 0; } .w3 { flex: 3 1 0; } .w4 { flex: 4 1 0; }
dt { width: 27mm; flex: none; padding: 1mm 2mm; background: #eef1f5; border-right: 1px solid #555; }
:lang(en) dt { width: 34mm; }
dt, th, caption { font-weight: 600; }
dl.line dd { flex: 1; padding: 1mm 2mm; min-height: 7mm; white-space: pre-line; }
dl.writing { -webkit-box-decoration-break: clone; box-decoration-break: clone; } dl.writing > div { display: block; }
dl.writing dt { width: auto; background: none; border: 0; padding-bottom: 0; break-after: avoid; }
dl.writing dd { padding: 0.5mm 2mm 2mm; white-space: pre-line; orphans: 2; widows: 2; }
.rule { height: 8mm; border-bottom: 1px solid #999; }
ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0 5mm; white-space: normal; }
table { border-collapse: collapse; table-layout: fixed; }
caption { text-align: left; padding: 2.5mm 0 1mm; break-after: avoid; }
th, td { border: 1px solid #555; padding: 1.2mm 2mm; text-align: left; vertical-align: top; white-space: pre-line; }
thead th { background: #eef1f5; } tr { break-inside: avoid; height: 8mm; }
table.whole { break-inside: avoid; } table.whole tbody tr { height: 11mm; } table.whole td { vertical-align: middle; }
table.whole tbody th { vertical-align: middle; font-weight: 400; }
figure { margin: 0; padding-bottom: 2mm; break-inside: avoid; } figcaption { font-weight: 600; padding: 2.5mm 0 1mm; }
svg { max-width: 100%; max-height: 120mm; height: auto; }
.note { font-size: 9pt; color: #333; margin: 2mm 0; white-space: pre-line; }
@media print { body { max-width: none; margin: 0; padding: 0; } }
"""


def form_html(sheet: FilledForm) -> str:
    """Returns the form as a self-contained page to print or to fill in by hand."""
    body = "".join(line for part in sheet.parts for line in _part(part))
    number = (
        f"<p>{_text(sheet.number)}\n{_text(sheet.case)}</p>"
        if sheet.number
        else f"<p>{_text(sheet.case)}</p>"
    )
    head = f"<header><p>{_text(sheet.team)}</p><h1>{_text(sheet.title)}</h1>{number}</header>\n"
    return html_page(
        language=sheet.language,
        title=svg.clean_xml_text(f"{sheet.title} {sheet.case}"),
        style=_style(sheet),
        body=f"{head}<main>\n{body}</main>\n",
    )


def _style(sheet: FilledForm) -> str:
    """Returns the CSS with the texts in the page margins: page number, form number, case."""
    counters = {"{page}": "counter(page)", "{pages}": "counter(pages)"}
    foot = " ".join(counters.get(piece) or _css_string(piece) for piece in _GAP.split(sheet.foot))
    gaps = {
        "$foot": foot,
        "$number": _css_string(sheet.number),
        "$case": _css_string(sheet.case),
        "$faces": _FACES,
    }
    return re.sub(r"\$\w+", lambda match: gaps[match[0]], _STYLE)


def _css_string(text: str) -> str:
    """Returns a CSS string; every character that could end it is escaped by its code point."""
    return '"' + _ODD.sub(lambda match: f"\\{ord(match[0]):x} ", text) + '"'


def _text(text: str) -> str:
    return html.escape("\n".join(map(svg.clean_xml_text, text.split("\n"))))


def _part(part: FilledPart) -> Iterator[str]:
    if isinstance(part, FilledRow):
        pairs = (_pair(pair.label, _text(pair.text), pair.width) for pair in part.pairs)
        yield f'<dl class="line">{"".join(pairs)}</dl>\n'
    elif isinstance(part, FilledPassage):
        text = _text(part.text) or '<div class="rule"></div>' * part.lines
        yield f'<dl class="writing"><div><dt>{_text(part.label)}</dt><dd>{text}</dd></div></dl>\n'
    elif isinstance(part, FilledTable):
        yield from _grid(part)
    elif isinstance(part, FilledChoice):
        yield f'<dl class="line">{_pair(part.label, _boxes(part), 1)}</dl>\n'
    elif isinstance(part, FilledFishbone):
        yield f"<figure><figcaption>{_text(part.label)}</figcaption>\n{_fishbone_svg(part)}</figure>\n"
    else:
        yield from _words(part)


def _boxes(part: FilledChoice) -> str:
    boxes = (
        f"<li>{TICKED_BOX if is_ticked else EMPTY_BOX} {_text(label)}</li>"
        for label, is_ticked in part.options
    )
    return f"<ul>{''.join(boxes)}</ul>" if part.options else ""


def _pair(label: str, content: str, width: int) -> str:
    return f'<div class="w{min(width, 4)}"><dt>{_text(label)}</dt><dd>{content}</dd></div>'


def _words(part: FilledText) -> Iterator[str]:
    yield f"<h2>{_text(part.text)}</h2>\n" if part.is_heading else f'<p class="note">{_text(part.text)}</p>\n'


def _grid(grid: FilledTable) -> Iterator[str]:
    class_attribute = ' class="whole"' if grid.whole else ""
    yield f"<table{class_attribute}>\n<caption>{_text(grid.label)}</caption>\n<colgroup>"
    yield from (f'<col style="width: {100 * width / sum(grid.widths):.1f}%">' for width in grid.widths)
    heads = (f'<th scope="col">{_text(head)}</th>' for head in grid.heads)
    yield f"</colgroup>\n<thead><tr>{''.join(heads)}</tr></thead>\n<tbody>\n"
    for first, *rest in grid.rows:
        is_head = grid.whole and first
        head = f'<th scope="row">{_text(first)}</th>' if is_head else f"<td>{_text(first)}</td>"
        yield f"<tr>{head}{''.join(f'<td>{_text(cell)}</td>' for cell in rest)}</tr>\n"
    yield "</tbody>\n</table>\n"


def _fishbone_svg(part: FilledFishbone) -> str:
    fish = fishbone.lay_out_fishbone(part.problem, dict(part.branches))
    description = ". ".join(f"{branch}: {'; '.join(causes)}" for branch, causes in part.branches)
    drawing = fishbone.fishbone_svg(fish, _MARGIN, fish.top + _MARGIN)
    size = fish.width + 2 * _MARGIN, fish.top + fish.bottom + 2 * _MARGIN
    return svg.svg_document(*size, f"{part.label}: {part.problem}", description, drawing)
