"""Writes Markdown into a Word document on A4, with fonts for Latin and Chinese."""

from collections.abc import Iterable
from typing import Final

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from complaintctl.exchange.documents.word_text import replace_forbidden_characters

# D-099: the Chinese font is set apart.
_FONTS: Final = {
    "w:ascii": "Calibri",
    "w:hAnsi": "Calibri",
    "w:cs": "Calibri",
    "w:eastAsia": "Microsoft YaHei",
}
_LANGUAGES: Final = {"en": "en-GB", "zh": "zh-CN"}
FONT_SIZE: Final = Pt(11)


def add_markdown(paper: Paper, markdown: str) -> list[Paragraph]:
    """Add Markdown to a document; returns the paragraphs of running text (not those of lists)."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tree = SyntaxTreeNode(parser.parse(replace_forbidden_characters(markdown)))
    return _add_blocks(paper, tree.children, 0)


def blank_document(language: str) -> Paper:
    """Returns an empty A4 document with fonts and languages set for each script."""
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
            paragraph.paragraph_format.left_indent = depth * 2 * FONT_SIZE
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
            hanging.paragraph_format.first_line_indent = -2 * FONT_SIZE
            hanging.paragraph_format.tab_stops.add_tab_stop(depth * 2 * FONT_SIZE)
            hanging.runs[0].text = f"{marker}\t{hanging.runs[0].text}"


def _add_table(paper: Paper, block: SyntaxTreeNode) -> None:
    """Add a table; its headings are repeated on each page, and a row stays on one page."""
    rows = [row for part in block.children for row in part.children]
    table = paper.add_table(len(rows), len(rows[0].children), style="Table Grid")
    for row, line in zip(rows, table.rows, strict=True):
        for content, cell in zip(row.children, line.cells, strict=True):
            paragraph = cell.paragraphs[0]
            _write_inline(paragraph, content.children[0], bold=content.type == "th")
            if "right" in str(content.attrs.get("style", "")):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        properties = line._tr.get_or_add_trPr()  # noqa: SLF001 -- python-docx has no API for this
        properties.append(OxmlElement("w:cantSplit"))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 -- same


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
