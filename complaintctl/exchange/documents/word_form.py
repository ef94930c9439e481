"""A filled form as a document for Word or LibreOffice, to be completed on the screen."""

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
    """The form as the bytes of a .docx file."""
    made = docx.Document()
    _set_page_styles(made, sheet)
    head = made.add_paragraph(
        replace_forbidden_characters(" · ".join(one for one in (sheet.team, sheet.number, sheet.case) if one))
    )
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    made.add_heading(replace_forbidden_characters(sheet.title), 1).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part in sheet.parts:
        _add_part(made, part)
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def _set_page_styles(made: Any, sheet: FilledForm) -> None:
    """Paper, faces, and what stands at the edge of every page."""
    for name, size in (("Normal", 10), ("Heading 1", 17), ("Heading 2", 11)):
        style = made.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size)
        style.font.color.rgb = RGBColor(0x11, 0x11, 0x11)
        faces = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            faces.attrib.pop(qn(kind), None)
        faces.set(qn("w:eastAsia"), "Microsoft YaHei")
        style.paragraph_format.space_after = Pt(2)
    made.styles["Heading 2"].paragraph_format.space_before = Pt(8)
    page = made.sections[0]
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
    set_document_properties(made.core_properties, f"{sheet.title} {sheet.case}", sheet.team, sheet.language)


def _add_page_field(paragraph: Any, name: str) -> None:
    """What the program counts by itself."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)  # noqa: SLF001 -- python-docx has no fields of its own


def _add_part(made: Any, part: FilledPart) -> None:
    if isinstance(part, FilledRow):
        _add_pairs(made, [(pair.label, pair.text, pair.width) for pair in part.pairs])
    elif isinstance(part, FilledChoice):
        boxes = (f"{TICKED_BOX if is_ticked else EMPTY_BOX} {label}" for label, is_ticked in part.options)
        _add_pairs(made, [(part.label, "   ".join(boxes), 1)])
    elif isinstance(part, FilledPassage):
        _add_writing_box(made, part)
    elif isinstance(part, FilledTable):
        _add_grid(made, part.label, part.heads, part.widths, part.rows, whole=part.whole)
    elif isinstance(part, FilledFishbone):
        rows = [(branch, "\n".join(causes)) for branch, causes in part.branches]
        _add_grid(made, part.label, (), (1, 5), [(part.problem, ""), *rows], whole=False)
    else:
        _add_words(made, part)


def _add_words(made: Any, part: FilledText) -> None:
    if part.is_heading:
        made.add_heading(replace_forbidden_characters(part.text), 2)
    else:
        made.add_paragraph().add_run(replace_forbidden_characters(part.text)).font.size = Pt(9)


def _add_pairs(made: Any, pairs: Sequence[tuple[str, str, int]]) -> None:
    total = sum(width for _label, _text, width in pairs)
    rests = (
        max(_PAGE_WIDTH_MM * width / total - _LABEL_WIDTH_MM, _LABEL_WIDTH_MM / 2)
        for _label, _text, width in pairs
    )
    table = _add_table(made, 1, [width for rest in rests for width in (_LABEL_WIDTH_MM, rest)])
    for place, (label, text, _width) in enumerate(pairs):
        first, second = table.rows[0].cells[2 * place : 2 * place + 2]
        _write_cell(first, label, is_head=True)
        _write_cell(second, text, is_head=False)
    _keep_rows_whole(table.rows, Mm(8))


def _add_writing_box(made: Any, part: FilledPassage) -> None:
    """The label and the text in one box; below a label alone, rows to write in."""
    table = _add_table(made, 1 if part.text else 1 + part.lines, [_PAGE_WIDTH_MM])
    first = table.rows[0].cells[0]
    first.paragraphs[0].add_run(replace_forbidden_characters(part.label)).bold = True
    if part.text:
        first.add_paragraph(replace_forbidden_characters(part.text))
    else:
        _keep_rows_whole(table.rows, Mm(8))


def _add_grid(
    made: Any,
    label: str,
    heads: Sequence[str],
    widths: Sequence[int],
    rows: Sequence[Sequence[str]],
    *,
    whole: bool,
) -> None:
    caption = made.add_paragraph()
    caption.add_run(replace_forbidden_characters(label)).bold = True
    caption.paragraph_format.space_before = Pt(6)
    caption.paragraph_format.keep_with_next = True
    lines = [*([heads] if heads else []), *rows]
    table = _add_table(made, len(lines), [_PAGE_WIDTH_MM * width / sum(widths) for width in widths])
    for row, texts in zip(table.rows, lines, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            _write_cell(cell, text, is_head=texts is heads)
    if heads:
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 -- see _field
    _keep_rows_whole(table.rows, Mm(11 if whole else 8))
    for row in list(table.rows)[:-1] if whole else ():
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _add_table(made: Any, rows: int, widths: Sequence[float]) -> Any:
    """A table with columns so wide, in millimetres; Word asks the cells, LibreOffice the columns."""
    table = made.add_table(rows, len(widths), style="Table Grid")
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
    """Rows at least so high, none cut by the end of a page."""
    for row in rows:
        row.height = height
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 -- see _field
