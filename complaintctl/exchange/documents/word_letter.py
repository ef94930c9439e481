"""Writes a letter as a Word document: Markdown on A4, with fonts for Latin and Chinese."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from complaintctl.exchange.documents.word_text import replace_forbidden_characters, set_document_properties

# D-099: the Chinese font is set apart.
_FONTS: Final = {
    "w:ascii": "Calibri",
    "w:hAnsi": "Calibri",
    "w:cs": "Calibri",
    "w:eastAsia": "Microsoft YaHei",
}
_LANGUAGES: Final = {"en": "en-GB", "zh": "zh-CN"}
_FONT_SIZE: Final = Pt(11)


@dataclass(frozen=True, kw_only=True, slots=True)
class WordLetter:
    """The content of a letter: sender and recipient lines (may be empty), date, subject, and Markdown text."""

    language: str
    sender: Sequence[str]
    to: Sequence[str]
    day: str
    at: datetime
    subject: str
    markdown: str


def letter_docx(letter: WordLetter) -> bytes:
    """Returns the letter as the bytes of a .docx file."""
    paper = _blank_document(letter.language)
    set_document_properties(
        paper.core_properties, letter.subject, next(iter(letter.sender), ""), letter.language
    )
    paper.core_properties.created = paper.core_properties.modified = letter.at.astimezone(UTC)
    for lines, on_the_right in ((letter.sender, True), (letter.to, False), ([letter.day], True)):
        if any(lines):
            block = paper.add_paragraph()
            first, *others = lines
            block.add_run(replace_forbidden_characters(first)).bold = lines is letter.sender
            block.add_run(replace_forbidden_characters("".join(f"\n{line}" for line in others)))
            if on_the_right:
                block.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paper.add_heading(replace_forbidden_characters(letter.subject))
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    text = _add_blocks(
        paper, SyntaxTreeNode(parser.parse(replace_forbidden_characters(letter.markdown))).children, 0
    )
    if letter.language == "zh" and text:
        for paragraph in text[1:-1]:
            paragraph.paragraph_format.first_line_indent = 2 * _FONT_SIZE
        text[-1].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    stream = io.BytesIO()
    paper.save(stream)
    return stream.getvalue()


def _blank_document(language: str) -> Paper:
    """An empty A4 document with fonts and languages set for each script."""
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.5)
    for element in paper.styles.element.iter(qn("w:rFonts"), qn("w:lang"), qn("w:color")):
        element.attrib.clear()
        if element.tag == qn("w:rFonts"):
            _set_attributes(element, _FONTS)
        elif element.tag == qn("w:lang"):
            _set_attributes(element, {"w:val": _LANGUAGES[language], "w:eastAsia": "zh-CN"})
        else:
            _set_attributes(element, {"w:val": "auto"})
    heading = paper.styles["Heading 1"]
    heading.font.size, heading.paragraph_format.space_after = Pt(13), Pt(14)
    return paper


def _set_attributes(element: BaseOxmlElement, values: dict[str, str]) -> None:
    for name, value in values.items():
        element.set(qn(name), value)


def _add_blocks(paper: Paper, blocks: Iterable[SyntaxTreeNode], depth: int) -> list[Paragraph]:
    """Add Markdown blocks, indented by depth; returns the paragraphs of running text (not those of lists)."""
    text = []
    for block in blocks:
        if block.type in {"bullet_list", "ordered_list"}:
            _add_list(paper, block, depth + 1)
        elif block.type == "table":
            _add_table(paper, block)
        elif block.type == "heading":
            _write_inline(paper.add_heading(level=min(int(block.tag[1]) + 1, 9)), block.children[0])
        elif block.type == "paragraph":
            paragraph = paper.add_paragraph()
            paragraph.paragraph_format.left_indent = depth * 2 * _FONT_SIZE
            _write_inline(paragraph, block.children[0])
            text.append(paragraph)
        elif block.content:
            paper.add_paragraph(block.content.rstrip())
        else:
            text += _add_blocks(paper, block.children, depth + 1)
    return text


def _add_list(paper: Paper, block: SyntaxTreeNode, depth: int) -> None:
    """Add list entries with a bullet or number in a hanging indent."""
    first = block.attrs.get("start", 1)
    for number, entry in enumerate(block.children, int(first)):
        paragraphs = _add_blocks(paper, entry.children, depth)
        if paragraphs:
            marker = f"{number}." if block.type == "ordered_list" else "•"
            if depth > 1 or entry is not block.children[-1]:
                paragraphs[-1].paragraph_format.space_after = Pt(4)
            hanging = paragraphs[0]
            hanging.paragraph_format.first_line_indent = -2 * _FONT_SIZE
            hanging.paragraph_format.tab_stops.add_tab_stop(depth * 2 * _FONT_SIZE)
            hanging.runs[0].text = f"{marker}\t{hanging.runs[0].text}"


def _add_table(paper: Paper, block: SyntaxTreeNode) -> None:
    rows = [row for part in block.children for row in part.children]
    table = paper.add_table(len(rows), len(rows[0].children), style="Table Grid")
    for row, line in zip(rows, table.rows, strict=True):
        for content, cell in zip(row.children, line.cells, strict=True):
            _write_inline(cell.paragraphs[0], content.children[0], bold=content.type == "th")


def _write_inline(
    paragraph: Paragraph, inline: SyntaxTreeNode, *, bold: bool = False, italic: bool = False
) -> None:
    """Add the inline content of a block, with bold and italic."""
    for part in inline.children:
        if part.children:
            strong, slanted = bold or part.type == "strong", italic or part.type == "em"
            _write_inline(paragraph, part, bold=strong, italic=slanted)
            continue
        run = paragraph.add_run({"hardbreak": "\n", "softbreak": " "}.get(part.type, part.content))
        run.bold, run.italic = bold or None, italic or None
