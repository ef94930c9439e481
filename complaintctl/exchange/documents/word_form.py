"""Writes a filled form as a .docx document, to be completed in Word or LibreOffice."""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any, Final

import docx
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

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
from complaintctl.exchange.documents.word_text import replace_forbidden_characters, set_document_properties

_PAGE_WIDTH_MM: Final = 180.0
_LABEL_WIDTH_MM: Final = 27.0
_HEAD_SHADE: Final = "EEF1F5"
_PAGE_GAP: Final = re.compile(r"(\{pages?\})")
_PAGE_FIELDS: Final = {"{page}": "PAGE", "{pages}": "NUMPAGES"}


def form_docx(sheet: FilledForm) -> bytes:
    """Returns the form as the bytes of a .docx file."""
    document = docx.Document()
    _set_page_styles(document, sheet)
    head = document.add_paragraph(
        replace_forbidden_characters(
            " · ".join(entry for entry in (sheet.team, sheet.number, sheet.case) if entry)
        )
    )
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_heading(replace_forbidden_characters(sheet.title), 1).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part in sheet.parts:
        _add_part(document, part)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _set_page_styles(document: Any, sheet: FilledForm) -> None:
    """Set paper size, fonts, footer and document properties."""
    for name, size in (("Normal", 10), ("Heading 1", 17), ("Heading 2", 11)):
        style = document.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size)
        style.font.color.rgb = RGBColor(0x11, 0x11, 0x11)
        faces = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            faces.attrib.pop(qn(theme), None)
        # D-099: else Word chooses the Chinese font.
        faces.set(qn("w:eastAsia"), "Microsoft YaHei")
        style.paragraph_format.space_after = Pt(2)
    document.styles["Heading 2"].paragraph_format.space_before = Pt(8)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(15)
    foot = page.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run(f"{replace_forbidden_characters(sheet.case)}   ")
    for piece in _PAGE_GAP.split(sheet.foot):
        if piece in _PAGE_FIELDS:
            _add_page_field(foot, _PAGE_FIELDS[piece])
        else:
            foot.add_run(piece)
    set_document_properties(
        document.core_properties, f"{sheet.title} {sheet.case}", sheet.team, sheet.language
    )


def _add_page_field(paragraph: Any, name: str) -> None:
    """Add a field that Word computes itself, such as the page number."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)  # noqa: SLF001 -- python-docx has no API for fields


def _add_part(document: Any, part: FilledPart) -> None:
    if isinstance(part, FilledRow):
        _add_pairs(document, [(pair.label, pair.text, pair.width) for pair in part.pairs])
    elif isinstance(part, FilledChoice):
        boxes = (f"{TICKED_BOX if is_ticked else EMPTY_BOX} {label}" for label, is_ticked in part.options)
        _add_pairs(document, [(part.label, "   ".join(boxes), 1)])
    elif isinstance(part, FilledPassage):
        _add_writing_box(document, part)
    elif isinstance(part, FilledTable):
        _add_grid(document, part.label, part.heads, part.widths, part.rows, whole=part.whole)
    elif isinstance(part, FilledFishbone):
        rows = [(branch, "\n".join(causes)) for branch, causes in part.branches]
        _add_grid(document, part.label, (), (1, 5), [(part.problem, ""), *rows], whole=False)
    else:
        _add_words(document, part)


def _add_words(document: Any, part: FilledText) -> None:
    if part.is_heading:
        document.add_heading(replace_forbidden_characters(part.text), 2)
    else:
        document.add_paragraph().add_run(replace_forbidden_characters(part.text)).font.size = Pt(9)


def _add_pairs(document: Any, pairs: Sequence[tuple[str, str, int]]) -> None:
    total = sum(width for _label, _text, width in pairs)
    rests = (
        max(_PAGE_WIDTH_MM * width / total - _LABEL_WIDTH_MM, _LABEL_WIDTH_MM / 2)
        for _label, _text, width in pairs
    )
    table = _add_table(document, 1, [width for rest in rests for width in (_LABEL_WIDTH_MM, rest)])
    for index, (label, text, _width) in enumerate(pairs):
        first, second = table.rows[0].cells[2 * index : 2 * index + 2]
        _write_cell(first, label, is_head=True)
        _write_cell(second, text, is_head=False)
    _keep_rows_whole(table.rows, Mm(8))


def _add_writing_box(document: Any, part: FilledPassage) -> None:
    """Add a box with label and text; without text, empty rows to write in follow the label."""
    table = _add_table(document, 1 if part.text else 1 + part.lines, [_PAGE_WIDTH_MM])
    first = table.rows[0].cells[0]
    first.paragraphs[0].add_run(replace_forbidden_characters(part.label)).bold = True
    if part.text:
        first.add_paragraph(replace_forbidden_characters(part.text))
    else:
        _keep_rows_whole(table.rows, Mm(8))


def _add_grid(
    document: Any,
    label: str,
    heads: Sequence[str],
    widths: Sequence[int],
    rows: Sequence[Sequence[str]],
    *,
    whole: bool,
) -> None:
    caption = document.add_paragraph()
    caption.add_run(replace_forbidden_characters(label)).bold = True
    caption.paragraph_format.space_before = Pt(6)
    caption.paragraph_format.keep_with_next = True
    lines = [*([heads] if heads else []), *rows]
    table = _add_table(document, len(lines), [_PAGE_WIDTH_MM * width / sum(widths) for width in widths])
    for row, texts in zip(table.rows, lines, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            _write_cell(cell, text, is_head=texts is heads)
    if heads:
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 -- see _field
    _keep_rows_whole(table.rows, Mm(11 if whole else 8))
    for row in list(table.rows)[:-1] if whole else ():
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _add_table(document: Any, rows: int, widths: Sequence[float]) -> Any:
    """Add a table with column widths in mm. Word uses the widths of cells, LibreOffice those of columns."""
    table = document.add_table(rows, len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return table


def _write_cell(cell: Any, text: str, *, is_head: bool) -> None:
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    run = cell.paragraphs[0].add_run(replace_forbidden_characters(text))
    run.bold = is_head
    if is_head:
        shade = OxmlElement("w:shd")
        for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", _HEAD_SHADE)):
            shade.set(qn(name), value)
        cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 -- see _field


def _keep_rows_whole(rows: Iterable[Any], height: Mm) -> None:
    """Set a minimum height of rows, and do not split them across pages."""
    for row in rows:
        row.height = height
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 -- see _field
